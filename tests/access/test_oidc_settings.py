"""A provider is set as a whole and safely, or not at all."""

from pathlib import Path
from typing import Any

import pytest

from access.oidc.flow import Sealer, begun
from access.oidc.settings import OidcSettings, registration
from geo.errors import AtlasError
from tests.access.people import MINUTE, NOW

WHOLE = {
    "oidc_issuer": "https://id.example.cn/realms/city",
    "oidc_client": "atlas",
    "oidc_secret": "hidden",
}


def registered(**changed: Any) -> Any:
    return registration(OidcSettings(**{**WHOLE, **changed}))


def test_nothing_set_is_no_provider() -> None:
    assert registered(oidc_issuer=None, oidc_client=None, oidc_secret=None) is None


@pytest.mark.parametrize("missing", WHOLE)
def test_half_a_provider_is_refused_by_the_name_of_what_is_missing(missing: str) -> None:
    with pytest.raises(AtlasError, match=f"lacks ATLAS_{missing.upper()}"):
        registered(**{missing: None})


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example.cn",
        "http://10.0.0.7:8080",
        "http://localhost.example.cn",
        "http://user@localhost",
        "ftp://id.example.cn",
        "id.example.cn",
        "https://id.example.cn/?realm=city",
        "https://",
    ],
)
def test_an_issuer_is_asked_over_tls(issuer: str) -> None:
    with pytest.raises(AtlasError, match="is not an https address"):
        registered(oidc_issuer=issuer)


def test_on_this_machine_http_will_do_and_nowhere_else() -> None:
    here = registered(oidc_issuer="http://127.0.0.1:9400")
    assert here.reaches("http://localhost:9400/token")
    assert not here.reaches("http://id.example.cn/token")
    far = registered()
    assert far.reaches("https://elsewhere.example.cn/token")
    assert not far.reaches("http://127.0.0.1/token")


@pytest.mark.parametrize("claim", ["email", "preferred_username", "name"])
def test_people_are_not_known_by_what_they_may_change(claim: str) -> None:
    with pytest.raises(AtlasError, match="people may change it"):
        registered(oidc_claim=claim)


def test_the_secret_may_stand_in_a_file_and_is_shown_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("in a file\n")
    found = registered(oidc_secret=None, oidc_secret_file=file)
    assert found.secret == "in a file"  # noqa: S105
    assert "in a file" not in repr(found)
    assert "hidden" not in repr(OidcSettings(**WHOLE))
    with pytest.raises(AtlasError, match="leave one out"):
        registered(oidc_secret_file=file)


def test_a_scope_without_openid_is_refused() -> None:
    with pytest.raises(AtlasError, match="lacks openid"):
        registered(oidc_scope="profile")


def test_a_seal_holds_ten_minutes_and_not_when_it_was_changed() -> None:
    sealer = Sealer(b"a secret of the installation")
    flow = begun("/#compound=1")
    sealed = sealer.seal(flow, NOW)
    assert sealer.opened(sealed, NOW + 10 * MINUTE) == flow
    assert sealer.opened(sealed, NOW + 10 * MINUTE + MINUTE / 60) is None
    changed = sealed[:-8] + ("A" if sealed[-8] != "A" else "B") + sealed[-7:]
    assert sealer.opened(changed, NOW) is None
    assert sealer.opened("é", NOW) is None
