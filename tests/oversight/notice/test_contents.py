"""T14: a notice tells each agency's powers and hotlines; T13: and who supplies the compound."""

import pytest
from shapely import box
from sqlalchemy import Connection, text

from oversight.notice.contents import Notice, notices, of_street
from tests.oversight.claims import CITY, DAY, EAST, FIRST, WEST, agency, claim


def _notice(connection: Connection, compound: int = 1) -> Notice:
    (found,) = notices(connection, [compound], DAY)
    return found


def test_it_says_where_the_compound_is_and_who_manages_it(connection: Connection) -> None:
    connection.execute(
        text("""
            INSERT INTO registry.company (id, city_code, code, name)
            VALUES (1, :city, 'A', '旧物业'), (2, :city, 'B', '安居物业');
            INSERT INTO registry.contract (city_code, compound_id, company_id, kind, filed, valid)
            VALUES (:city, 1, 1, 'ordinary', true, '[2020-01-01,2025-01-01)'),
                   (:city, 1, 2, 'ordinary', true, '[2025-01-01,)')
        """),
        {"city": CITY},
    )
    head = _notice(connection).head
    assert (head.city, head.district, head.street) == ("试验市", "东城区", "中山街街道")
    assert (head.name, head.company, head.synthetic) == ("小区1", "安居物业", False)


def test_a_family_held_wholly_stands_by_its_name_the_rest_by_type(connection: Connection) -> None:
    police = agency(connection, "police", "公安分局", EAST, hotline="110")
    claim(connection, police, "committee", area=EAST, legal_basis="条例第一条")
    claim(connection, police, "P5", area=EAST, hotline="0000-5", legal_basis="条例第五条")
    claim(connection, police, "P9", "accept", area=EAST)
    (entry,) = _notice(connection).entries
    accepts, enforces = entry.powers
    assert (accepts.role, accepts.families) == ("accept", ())
    assert [one.code for one in accepts.types] == ["P9"]
    assert (enforces.role, enforces.families) == ("enforce", ("committee",))
    assert [one.code for one in enforces.types] == ["P5"]
    assert set(entry.hotlines) == {"110", "0000-5"}
    assert set(entry.legal_bases) == {"条例第一条", "条例第五条"}


def test_a_part_of_the_compound_and_a_drawn_area_are_named(connection: Connection) -> None:
    for district, name in ((EAST, "东城公安分局"), (WEST, "西城公安分局")):
        claim(connection, agency(connection, "police", name, district), "P5", area=district)
    drawn = agency(connection, "police", "片区派出所")
    claim(connection, drawn, "P9", area=box(106.03, 38.4, 106.05, 38.42), area_name="高铁站片区")
    areas = {one.name: one.areas for one in _notice(connection, 3).entries}
    assert areas == {
        "东城公安分局": (("东城区", pytest.approx(0.2, abs=1e-3)),),
        "西城公安分局": (("西城区", pytest.approx(0.8, abs=1e-3)),),
        "片区派出所": (("高铁站片区", pytest.approx(1.0)),),
    }


def test_who_supplies_the_compound_stands_in_the_order_of_the_list(connection: Connection) -> None:
    """T13: 供水、排水、供电、供气、供热、通信、有线电视."""
    connection.execute(
        text("""
            INSERT INTO registry.utility
                (city_code, compound_id, kind, provider, serves_end_user, hotline, valid)
            VALUES (:city, 1, 'gas', '燃气公司', true, '0000-4', '[2020-01-01,)'),
                   (:city, 1, 'water', '自来水公司', true, NULL, '[2020-01-01,)'),
                   (:city, 1, 'power', '旧供电', true, NULL, '[2020-01-01,2025-01-01)')
        """),
        {"city": CITY},
    )
    found = _notice(connection).suppliers
    assert [tuple(one) for one in found] == [
        ("water", "自来水公司", None),
        ("gas", "燃气公司", "0000-4"),
    ]


def test_an_agency_that_comes_regularly_says_when(connection: Connection) -> None:
    """T14: 常态化进驻."""
    fire = agency(connection, "fire", "消防大队")
    claim(connection, fire, "safety")
    connection.execute(
        text("""
            INSERT INTO registry.presence (city_code, compound_id, agency_id, schedule, valid)
            VALUES (:city, 1, :fire, '每周三上午', '[2026-01-01,)')
        """),
        {"city": CITY, "fire": fire},
    )
    assert [one.presence for one in _notice(connection).entries] == ["每周三上午"]
    assert [one.presence for one in _notice(connection, 2).entries] == [None]


def test_notices_of_a_street_are_those_of_its_compounds(connection: Connection) -> None:
    assert of_street(connection, FIRST) == [1]
    assert of_street(connection, "649905999") == []


def test_a_number_that_is_no_compounds_has_no_notice(connection: Connection) -> None:
    assert list(notices(connection, [99], DAY)) == []
