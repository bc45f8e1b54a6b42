"""A tile drawn, from Redis, and from memory: how long each takes, at one of two services.

    scripts/packages redis
    ATLAS_DATABASE_URL=$(.venv/bin/atlas db url) .venv/bin/python -m bench.shared [--rounds 100]

Before each round a compound gets the star it has, so that both give up what they kept. One draws
the tile and stores it, the other takes it from Redis and then from memory. Milliseconds are the
service's own (`Server-Timing`, total), from one request at a time.
"""

import argparse
import os
import re
import statistics
import time

import httpx
import mapbox_vector_tile
from sqlalchemy import text

from geo.database import engine
from tests.redis_server import redis_server
from tests.support import served

TILE = "/collections/compounds/tiles/WebMercatorQuad/12/1573/3257"
TOUCH = "UPDATE oversight.status_public SET rated_star = rated_star WHERE compound_id = :id"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    database = engine(os.environ["ATLAS_DATABASE_URL"])
    took: dict[str, list[float]] = {"drawn": [], "from Redis": [], "from memory": []}
    with (
        redis_server() as redis,
        served(database, redis_url=redis.url, reads_per_minute="1000000") as first,
        served(database, redis_url=redis.url, reads_per_minute="1000000") as second,
        httpx.Client(base_url=first.url) as drawing,
        httpx.Client(base_url=second.url) as taking,
    ):
        time.sleep(2)
        number = mapbox_vector_tile.decode(drawing.get(TILE).content)["compounds"]["features"][0][
            "id"
        ]
        for _ in range(rounds):
            with database.begin() as connection:
                connection.execute(text(TOUCH), {"id": number})
            time.sleep(0.05)
            redis.client.flushall()
            took["drawn"].append(asked(drawing))
            while not redis.names():
                time.sleep(0.002)
            took["from Redis"].append(asked(taking))
            took["from memory"].append(asked(taking))
        size = len(taking.get(TILE).content)
        found = re.findall(r'^atlas_shared_total\{found="(\w+)".* (\d+)$', metrics(taking), re.M)
    database.dispose()
    print(f"{size} bytes, {rounds} rounds, load {os.getloadavg()[0]:.1f}; taken: {dict(found)}")
    print("| | p50 ms | p90 ms |\n|---|---|---|")
    for name, each in took.items():
        tenths = statistics.quantiles(each, n=10)
        print(f"| {name} | {tenths[4]:.1f} | {tenths[8]:.1f} |")


def asked(client: httpx.Client) -> float:
    answer = client.get(TILE).raise_for_status()
    return float(re.findall(r"total;dur=([\d.]+)", answer.headers["server-timing"])[0])


def metrics(client: httpx.Client) -> str:
    return client.get("/metrics").raise_for_status().text


if __name__ == "__main__":
    main()
