"""Who one is decides what the page shows: nobody, a part of the demonstration, an account."""

import re
import secrets

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from access import accounts, grants
from access.roles import Scope
from tests.e2e.conftest import Visit
from tests.people import WRITER
from tests.support import Service

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def of_district(served_city) -> dict[bool, int]:
    """A compound of 金凤区 (True) and one of another district (False), both with a status."""
    query = text("""
        SELECT DISTINCT ON (inside) district_code = '640106' AS inside, s.compound_id
        FROM oversight.status AS s JOIN registry.compound AS c ON c.id = s.compound_id
        WHERE upper_inf(s.valid) AND c.district_code IS NOT NULL ORDER BY 1, 2
    """)
    with served_city.engine.connect() as connection:
        return dict(connection.execute(query).all())


def account(service: Service, *, handed: bool = False) -> tuple[str, str]:
    """Login and password of a new officer of 金凤区; one ``handed`` over must be changed."""
    login, password = f"officer-{secrets.token_hex(4)}", "quiet harbour seven lanterns"
    with service.engine.begin() as connection:
        made = accounts.add(
            connection, WRITER, login, "测试员", password, handed_over=handed, synthetic=True
        )
        grants.give(connection, WRITER, made.id, "district_officer", Scope(area_code="640106"))
    return login, password


def sign_in(page: Page, login: str, password: str) -> None:
    page.locator("account-menu").get_by_role("button", name="登录").click()
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("dialog").get_by_role("button", name="登录").click()


def test_the_public_sees_no_standing_and_is_told_there_is_more(visit, of_district):
    window = visit(part=None)
    page = window.open(f"compound={of_district[True]}&list=1&only=key_target&company=1")
    expect(page.locator("results-table tbody tr").first).to_be_visible()
    expect(page.locator("standing-filter")).to_have_count(0)
    expect(page.locator("results-table th")).not_to_contain_text(["情况"])
    expect(page.locator("company-panel")).to_have_count(0)
    dossier = page.locator("compound-dossier")
    expect(dossier).to_contain_text("登录后可见更多")
    expect(dossier).to_contain_text("信息公示")
    for hidden in ("状态与依据", "违规", "限期整改", "自治组织", "大事记"):
        expect(dossier.locator("h3").filter(has_text=hidden)).to_have_count(0)
    asked = " ".join(window.requests)
    assert not re.search(r"key_target=|/status|/timeline|/companies/", asked)
    assert "only=key_target" in page.url
    dossier.get_by_role("button", name="登录后可见更多").click()
    expect(page.get_by_label("登录名")).to_be_focused()


def test_the_parts_are_offered_once(visit):
    page = visit(part=None).open()
    offer = page.get_by_role("region", name="选择一个角色来看看")
    expect(offer.get_by_role("button")).to_have_count(10)
    offer.get_by_role("button", name="以公众身份继续").click()
    expect(offer).to_have_count(0)
    page.reload()
    expect(page.locator("demo-parts .label")).to_have_text("公众")
    expect(offer).to_have_count(0)


def test_a_district_sees_reasons_in_its_area_alone(visit, of_district):
    window = visit(part=None)
    page = window.open(f"compound={of_district[True]}")
    page.locator("demo-parts .toggle").click()
    page.locator("demo-parts").get_by_role("button", name="县（市）区", exact=True).click()
    expect(page.locator("account-menu .label")).to_have_text("金凤区 · 县（市）区")
    expect(page.locator("compound-dossier section").first).to_contain_text("状态与依据")
    expect(page.locator("compound-dossier .why").first).to_be_visible()
    window.steady()
    page.evaluate("(id) => { location.hash = `compound=${id}` }", of_district[False])
    dossier = page.locator("compound-dossier")
    expect(dossier).to_contain_text("不在您的管辖范围内")
    expect(dossier.locator("h3").filter(has_text="状态与依据")).to_have_count(0)
    window.forgive(404)


def test_a_part_is_chosen_with_the_keyboard(visit):
    page = visit(part="demo-planner").open("list=1")
    page.locator("demo-parts .toggle").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.locator("demo-parts .choices button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("demo-parts .panel")).to_be_hidden()
    expect(page.locator("results-table tbody tr").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("account-menu .label")).to_have_text("管理员")


def test_a_wrong_password_is_said_to_be(visit):
    window = visit(part=None)
    page = window.open()
    sign_in(page, "nobody-at-all", "not the password")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text("登录名或密码不正确。")
    window.forgive(401)


def test_too_many_tries_have_to_wait(visit, served_city):
    login, _ = account(served_city)
    window = visit(part=None)
    page = window.open()
    sign_in(page, login, "not the password")
    submit = page.get_by_role("dialog").get_by_role("button").last
    for _ in range(12):
        expect(page.get_by_role("dialog").get_by_role("alert")).not_to_be_empty()
        if submit.is_disabled():
            break
        submit.click()
    expect(submit).to_be_disabled()
    expect(submit).to_contain_text("后可再试")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("请在")
    window.forgive(401)
    window.forgive(429)


def test_an_account_signs_in_and_out_again(visit, served_city):
    login, password = account(served_city)
    page = visit(part=None).open("list=1&only=key_target")
    sign_in(page, login, password)
    expect(page.locator("account-menu .label")).to_have_text("测试员 金凤区 · 县（市）区")
    expect(page.get_by_label("只看重点整治对象")).to_be_checked()
    page.locator("account-menu .toggle").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("account-menu .sign-in")).to_be_visible()
    expect(page.locator("standing-filter")).to_have_count(0)
    expect(page.locator("results-table tbody tr").first).to_be_visible()


def test_who_holds_two_grants_acts_under_the_other(visit, served_city):
    login, password = account(served_city)
    with served_city.engine.begin() as connection:
        number = accounts.of_login(connection, login).id
        grants.give(connection, WRITER, number, "district_officer", Scope(area_code="640104"))
    page = visit(part=None).open()
    sign_in(page, login, password)
    page.locator("account-menu .toggle").click()
    page.get_by_role("button", name="兴庆区 · 县（市）区").click()
    expect(page.locator("account-menu .label")).to_have_text("测试员 兴庆区 · 县（市）区")


def test_a_password_that_was_handed_over_must_be_changed(visit, served_city):
    login, password = account(served_city, handed=True)
    window = visit(part=None)
    page = window.open()
    sign_in(page, login, password)
    dialog = page.get_by_role("dialog", name="修改密码")
    expect(dialog).to_contain_text("请先改成自己的")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    page.get_by_label("现在的密码").fill(password)
    page.get_by_label("新密码", exact=True).fill("three slow rivers meet")
    page.get_by_label("再输入一次新密码").fill("three slow rivers")
    dialog.get_by_role("button", name="修改").click()
    expect(dialog.get_by_role("alert")).to_have_text("两次输入的新密码不一致。")
    page.get_by_label("再输入一次新密码").fill("three slow rivers meet")
    dialog.get_by_role("button", name="修改").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("account-menu .label")).to_contain_text("测试员")


def test_a_session_that_ended_is_said_to_have_and_loses_nothing(visit, of_district, served_city):
    window: Visit = visit()
    page = window.open("only=key_target&list=1")
    with served_city.engine.begin() as connection:
        connection.execute(text("DELETE FROM access.session"))
    page.evaluate("(id) => { location.hash += `&compound=${id}` }", of_district[True])
    note = page.locator("session-note")
    expect(note).to_contain_text("登录已失效")
    expect(note.get_by_role("button", name="登录")).to_be_visible()
    expect(page.locator("compound-dossier")).to_contain_text("登录后可见更多")
    # Nothing stays that only who is signed in may see.
    expect(page.locator("compound-dossier .standing .tag")).to_have_count(0)
    expect(page.locator("results-table th").filter(has_text="情况")).to_have_count(0)
    expect(page.locator("standing-filter")).to_have_count(0)
    window.forgive(401)
    page.locator("demo-parts .toggle").click()
    page.locator("demo-parts").get_by_role("button", name="城市规划员").click()
    expect(page.locator("compound-dossier section").first).to_contain_text("状态与依据")
    expect(page.get_by_label("只看重点整治对象")).to_be_checked()
    expect(note).not_to_contain_text("登录已失效")
