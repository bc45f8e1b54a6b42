"""Signing in through a provider, as somebody at a browser does."""

import re
from collections.abc import Iterator

import pytest
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import BrowserContext, Page, expect

from access import accounts, grants, identities
from access.roles import Scope
from tests.people import WRITER
from tests.support import Service, served

pytestmark = pytest.mark.e2e

SUBJECT = "staff-640106-17"
REGISTERED = {"oidc_client": "atlas", "oidc_secret": "hidden"}


@pytest.fixture(scope="module")
def service(served_city: Service) -> Iterator[Service]:
    """The service with a real provider, at which an officer of 金凤区 is known."""
    with run_server_in_thread() as provider:
        issuer = f"http://localhost:{provider.server_port}"
        with served_city.engine.begin() as connection:
            made = accounts.add(connection, WRITER, "officer-17", "测试员", synthetic=True)
            grants.give(connection, WRITER, made.id, "district_officer", Scope("640106"))
            identities.link(connection, WRITER, made.login, issuer, SUBJECT)
        with served(served_city.engine, oidc_issuer=issuer, **REGISTERED) as running:
            yield running


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    context.clear_cookies()
    made = context.new_page()
    yield made
    made.close()
    context.clear_cookies()


def go_to_provider(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/#list=1&only=key_target")
    page.locator("account-menu").get_by_role("button", name="登录").click()
    page.get_by_role("link", name="用统一身份认证登录").click()
    expect(page).to_have_url(re.compile("^http://localhost:"))


def consent(page: Page, subject: str) -> None:
    page.locator("input[name=sub]").fill(subject)
    page.locator("input[name=sub]").press("Enter")


def test_one_comes_back_signed_in_to_the_same_view(page: Page, service: Service) -> None:
    go_to_provider(page, service)
    consent(page, SUBJECT)
    expect(page.locator("account-menu .label")).to_have_text("测试员 金凤区 · 县（市）区")
    expect(page.get_by_label("只看重点整治对象")).to_be_checked()
    page.locator("account-menu .toggle").click()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    expect(page.get_by_role("button", name="修改密码")).to_have_count(0)


def test_who_is_not_known_here_reads_why_and_what_to_tell(page: Page, service: Service) -> None:
    go_to_provider(page, service)
    consent(page, "somebody-new")
    expect(page.get_by_role("heading", name="没有登录")).to_be_visible()
    expect(page.locator("main")).to_contain_text("somebody-new")
    page.get_by_role("link", name="返回地图").click()
    expect(page.locator("account-menu").get_by_role("button", name="登录")).to_be_visible()


def test_where_there_is_no_provider_none_is_offered(page: Page, served_city: Service) -> None:
    page.goto(f"{served_city.url}/")
    page.locator("account-menu").get_by_role("button", name="登录").click()
    expect(page.get_by_label("登录名")).to_be_visible()
    expect(page.locator("sign-in-dialog a")).to_have_count(0)
