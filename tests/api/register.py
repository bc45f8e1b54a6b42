"""A city of three compounds and two companies to write facts about, and how a test writes them."""

from datetime import date
from typing import Any

import httpx
from sqlalchemy import Engine, text

CITY = "649900"
SERVED_SINCE = date(2024, 1, 1)

_REGISTER = """
    INSERT INTO registry.city (code, name) VALUES ('649900', '试验市');
    INSERT INTO registry.district (code, city_code, name) VALUES ('649904', '649900', '东城区');
    INSERT INTO registry.street (code, district_code, city_code, name, kind)
    VALUES ('649904001', '649904', '649900', '中山街街道', 'subdistrict');
    INSERT INTO registry.company (id, city_code, code, name)
    VALUES (1, '649900', '91640100A', '安居物业'), (2, '649900', '91640100B', '宁居物业');
    INSERT INTO registry.compound
        (id, city_code, code, name, district_code, street_code, geom, source)
    SELECT number, '649900', 'C' || number, '小区' || number, '649904', '649904001',
           ST_Multi(ST_MakeEnvelope(106 + number * 0.01, 38.4, 106.002 + number * 0.01, 38.402,
                                    4326)), 'office'
    FROM generate_series(1, 3) AS number;
    INSERT INTO registry.contract (city_code, compound_id, company_id, kind, filed, valid)
    VALUES ('649900', 1, 1, 'ordinary', true, '[2024-01-01,)'),
           ('649900', 2, 1, 'ordinary', true, '[2024-01-01,)'),
           ('649900', 3, 2, 'ordinary', true, '[2024-01-01,2025-01-01)');
    INSERT INTO oversight.rating_round
        (id, city_code, code, name, cutoff_on, published_on)
    VALUES (1, '649900', 'R1', '一', '2024-05-01', '2024-06-01');
    INSERT INTO oversight.rating (city_code, compound_id, round_id, company_id, star, valid)
    VALUES ('649900', 1, 1, 1, 4, '[2024-06-01,)'), ('649900', 2, 1, 1, 3, '[2024-06-01,)');
    INSERT INTO oversight.agency (id, city_code, kind, level, district_code, name)
    VALUES (1, '649900', 'urban_enforcement', 'city', NULL, '市综合执法局'),
           (2, '649900', 'urban_enforcement', 'county', '649904', '区综合执法局'),
           (3, '649900', 'police', 'city', NULL, '市公安局');
    INSERT INTO registry.company (id, city_code, code, name)
    VALUES (9, '000000', '91000000Z', '外地物业');
    SELECT setval(pg_get_serial_sequence('registry.company', 'id'), 100);
"""


def found(engine: Engine) -> None:
    """Enter the city into an empty database."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO registry.city (code, name) VALUES ('000000', '未划定城市')"
                " ON CONFLICT DO NOTHING"
            )
        )
        connection.execute(text(_REGISTER))


def count(engine: Engine, query: str, **given: Any) -> Any:
    """The one value a query gives."""
    with engine.connect() as connection:
        return connection.execute(text(query), given).scalar()


def digest(engine: Engine) -> dict[str, Any]:
    """A digest of every table that a write may touch."""
    with engine.connect() as connection:
        names = connection.execute(
            text(
                "SELECT schemaname || '.' || tablename FROM pg_tables"
                " WHERE schemaname IN ('registry', 'oversight', 'planning', 'audit')"
                " AND tablename <> 'reading'"  # reading is counted too, a little later
            )
        ).scalars()
        return {
            name: connection.execute(
                text(f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {name} AS t")
            ).scalar()
            for name in names
        }


class Office:
    """A client that enters facts, and moves them on in the state it last read."""

    def __init__(self, client: httpx.Client) -> None:
        """Write through this client."""
        self.client = client

    def enter(self, resource: str, **fact: Any) -> dict[str, Any]:
        """Enter a fact that must be taken; the fact as it stands."""
        answer = self.client.post(f"/{resource}", json=fact)
        assert answer.status_code == 201, answer.text
        assert answer.headers["location"] == f"/{resource}/{answer.json()['fact']['id']}"
        return dict(answer.json()["fact"])

    def etag(self, resource: str, number: int) -> str:
        """The ETag a fact bears now."""
        answer = self.client.get(f"/{resource}/{number}")
        assert answer.status_code == 200, answer.text
        return str(answer.headers["etag"])

    def correct(self, resource: str, number: int, **fields: Any) -> httpx.Response:
        """Correct a fact as it stands now."""
        return self.client.patch(
            f"/{resource}/{number}",
            json=fields,
            headers={"If-Match": self.etag(resource, number)},
        )

    def step(self, resource: str, number: int, name: str, **fields: Any) -> httpx.Response:
        """Move a fact on from where it stands now."""
        return self.client.post(
            f"/{resource}/{number}/steps",
            json={"step": name, **fields},
            headers={"If-Match": self.etag(resource, number)},
        )

    def stepped(self, resource: str, number: int, name: str, **fields: Any) -> dict[str, Any]:
        """Move a fact on by a step that must be taken; the fact as it stands."""
        answer = self.step(resource, number, name, **fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["fact"])
