"""How long the service takes to answer, one request at a time.

    .venv/bin/python bench/answers.py http://127.0.0.1:8000 [--times 20]

Against a running service over any database; the places are in Yinchuan. Prints the first answer,
and the median of those after it, in milliseconds, with the size before compression. Floor: /livez,
which asks nothing of the database.
"""

import argparse
import statistics
import time

import httpx

ITEMS = "/collections/compounds/items"
TILE = "/collections/{}/tiles/WebMercatorQuad/{}/{}/{}"
ADDRESSES = {
    "floor": "/livez",
    "collections": "/collections",
    "items, page of 100": f"{ITEMS}?limit=100",
    "items, district and star": f"{ITEMS}?district_code=640104&rated_star=0,1,2",
    "items, box": f"{ITEMS}?bbox=106.2,38.45,106.3,38.5&limit=1000",
    "items, name": f"{ITEMS}?q=%E5%AE%9D%E6%B9%96&skipGeometry=true",
    "counts by star, one city": "/collections/compounds/counts?by=rated_star&city_code=640100",
    "counts by star, all": "/collections/compounds/counts?by=rated_star",
    "dossier": "/compounds/100",
    "compounds z 6": TILE.format("compounds", 6, 24, 50),
    "compounds z 8": TILE.format("compounds", 8, 98, 203),
    "compounds z 10": TILE.format("compounds", 10, 393, 814),
    "compounds z 12": TILE.format("compounds", 12, 1573, 3257),
    "compounds z 14": TILE.format("compounds", 14, 6294, 13028),
    "districts z 8": TILE.format("districts", 8, 98, 203),
    "streets z 10": TILE.format("streets", 10, 393, 814),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    with httpx.Client(base_url=options.url, timeout=60) as client:
        for name, address in ADDRESSES.items():
            times, size, status = _timed(client, address, options.times)
            first, median = times[0], statistics.median(times[1:])
            print(f"| {name} | {status} | {size / 1000:.1f} kB | {first:.1f} | {median:.1f} |")


def _timed(client: httpx.Client, address: str, times: int) -> tuple[list[float], int, int]:
    spent = []
    for _ in range(times + 1):
        began = time.perf_counter()
        answer = client.get(address)
        spent.append((time.perf_counter() - began) * 1000)
    return spent, len(answer.content), answer.status_code


if __name__ == "__main__":
    main()
