"""T6: what follows for a compound decides whether its company may take another."""

from tests.api.facts import SENT
from tests.api.register import Office


def test_an_exit_that_follows_warns_before_anybody_records_it(writer: Office) -> None:
    assert _asked(writer, 3)["verdict"] == "yes"
    for code in ("P1", "P2", "P3"):
        writer.enter("violations", **{**SENT["violations"], "type_code": code})
    found = _asked(writer, 3)
    assert found["verdict"] == "caution"
    (ground,) = found["grounds"]
    assert (ground["code"], ground["facts"][0]["id"]) == ("entry_exit_open", 1)


def test_a_decided_exit_keeps_the_company_from_that_compound_only(writer: Office) -> None:
    case = writer.enter("exit-cases", **SENT["exit-cases"])
    writer.stepped("exit-cases", case["id"], "decide", on="2026-04-01")
    assert _asked(writer, 1)["verdict"] == "no"
    assert _asked(writer, 3)["verdict"] == "caution"


def _asked(writer: Office, compound: int) -> dict[str, object]:
    answer = writer.client.get("/companies/1/entry", params={"compound": compound})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found
