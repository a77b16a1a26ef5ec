"""The monthly report in a browser: a street sends, its district signs, the city gives back and accepts; corrections."""

from __future__ import annotations

import os
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from central import schema
from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.clock import now_ms
from central.database import Database
from central.report.periods import shifted, year_of
from central.units import store as units
from central.units.rules import ROOT
from hall.moment import local_day, local_ms
from tests.central.analysis_district import locked
from tests.central.desk_in_browser import Pages, browser, pages
from tests.central.running import SECRET, RunningCentral
from tests.edge.accessible import GOOD, faults
from tests.parts import Mosquitto, skip_unless

__all__ = ["browser", "pages"]
pytestmark = [pytest.mark.browser, pytest.mark.broker]
MONTH = shifted(local_day(now_ms())[:7], -1)  # is over, whatever the time of day
YEAR = int(MONTH[:4])
TREE = (
    ("north", ROOT, "district", "示例北区公共法律服务中心", "North District Centre"),
    ("lane", "north", "street", "示例街道", "Lane Street"), ("dock", "north", "street", "码头街道", "Dock Street"),
    ("bell", "lane", "village", "钟楼居委会", "Bell Village"),
)  # fmt: skip
ROLES = {"p": Role.REPORT_PREPARER, "r": Role.REPORT_REVIEWER, "s": Role.REPORT_SIGNER}
PEOPLE = ("p.city", "r.city", "s.city", "p.north", "r.north", "s.north", "p.lane", "r.lane", "r.dock")
STAFF = {"K01": "4", "K02": "9", "K03": "2", "K04": "3"}  # what a district has to say of itself


class Report:
    """A central with a small tree, and everybody who works at its report with a page of their own."""

    def __init__(self, central: RunningCentral) -> None:
        self.central = central
        self._clients: dict[str, Any] = {}
        self._pages: dict[tuple[Pages, str], Page] = {}

    def page(self, pages: Pages, name: str, path: str) -> Page:
        """Somebody's page at a path."""
        page = self._pages.get((pages, name))
        if page is None:
            page = self._pages[pages, name] = pages.new()
            page.goto(f"{self.central.url}/sign-in?next={path}")
            page.fill("[name=name]", name)
            page.fill("[name=secret]", SECRET)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{self.central.url}{path}")
        else:
            page.goto(f"{self.central.url}{path}")
        return page

    def client(self, name: str) -> Any:
        if name not in self._clients:
            self._clients[name] = signed_in(self.central, name)
        return self._clients[name]

    def send(self, name: str, method: str, unit: str, what: str, body: dict[str, Any]) -> Any:
        path = f"/api/v1/report/units/{unit}/periods/{MONTH}/{what}"
        answer = self.client(name).request(method, path, json=body, headers={"Idempotency-Key": token_hex(8)})
        assert answer.status_code < 300, (path, answer.text)
        return answer.json()

    def adjust(self, unit: str, **lines: int) -> None:
        for code, by in lines.items():
            self.send(f"p.{unit}", "POST", unit, "lines", {"code": code, "by": str(by), "text": "补录手工登记"})

    def lock_others(self, unit: str, **figures: int) -> None:
        """The other eleven months of the year, each locked with these figures."""
        database = Database(self.central.database)
        for name in year_of(YEAR):
            if name != MONTH:
                locked(database, unit, name, **figures)
        database.close()

    def move(self, name: str, unit: str, move: str, text: str = "") -> None:
        step = self.client(name).get(f"/api/v1/report/units/{unit}/periods/{MONTH}").json()["step"]
        self.send(name, "POST", unit, "moves", {"move": move, "step": step, "text": text})


def signed_in(central: RunningCentral, name: str) -> Any:
    client = httpx2.Client(base_url=central.url, timeout=30)
    token = client.post("/api/v1/session", json={"name": name, "secret": SECRET}).json()["token"]
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    folder = tmp_path_factory.mktemp("report")
    broker = Mosquitto(skip_unless("mosquitto"), folder)
    broker.start()
    central = RunningCentral(folder / "data", broker)
    central.data.mkdir()
    database = Database(central.database)
    begun = local_ms(f"{MONTH}-01", 0)
    paths = {ROOT: f"{ROOT}/"}
    with database.write() as connection:
        connection.execute(update(schema.unit).where(schema.unit.c.id == ROOT).values(made_ms=begun))
        for unit, parent, level, zh, en in TREE:
            paths[unit] = f"{paths[parent]}{unit}/"
            units.add_unit(connection, id=unit, parent=parent, level=level, path=paths[unit], name_zh=zh, name_en=en,
                           made_ms=begun)  # fmt: skip
    people = [NewAccount(name, frozenset({ROLES[name[0]]}), SECRET, name[2:]) for name in PEOPLE]
    people.append(NewAccount("both.dock", frozenset({Role.REPORT_PREPARER, Role.REPORT_REVIEWER}), SECRET, "dock"))
    AccountDesk(database).add_all(people, now_ms())
    with database.write() as connection:  # no second factor here: how it is asked has tests of its own
        connection.execute(update(schema.account).values(waived=True))
    database.close()
    try:
        central.start()
        yield Report(central)
    finally:
        central.kill()
        broker.kill()


def is_well(page: Page, name: str) -> None:
    """Nothing to find for axe; columns of a wide form may lie beside the screen, for they are scrolled to."""
    found = faults(page, touch=False, scrolls=True, least_type=14, more=GOOD)
    assert [one for one in found if not one.startswith("beside the screen")] == [], name
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/report-{name}.png", full_page=True)


def make(page: Page, move: str, **words: str) -> None:
    """A move by its button, with what its dialog asks for."""
    page.click(f"[data-move={move}]")
    for name, text in words.items():
        field = page.locator(f"#ask [name={name}]")
        field.select_option(text) if name == "reason" else field.fill(text)
    page.click("#ask [type=submit]")


def form(unit: str) -> str:
    return f"/report/{unit}/{MONTH}"


def test_a_month_goes_from_its_street_to_the_city_back_and_up_again(report: Report, pages: Pages) -> None:
    report.adjust("lane", A10=1200, A11=1200, A30=1200, A51=1200, C18=1)
    for code, value in STAFF.items():
        report.send("p.north", "POST", "north", "entries", {"code": code, "value": value, "kept_at": "人事登记表"})
    _street_sends(report, pages)
    _district_signs(report, pages)
    _city_gives_back(report, pages)
    _district_corrects(report, pages)
    _city_accepts(report, pages)
    _a_locked_form_is_corrected_by_a_slip(report, pages)
    _the_year_is_made(report, pages)


def _street_sends(report: Report, pages: Pages) -> None:
    page = report.page(pages, "p.lane", "/report")
    expect(page.locator("#next")).to_have_text("还缺 钟楼居委会 的报表；请您生成报表。")
    owed = report.client("p.lane").get(f"/api/v1/report/units/lane/periods/{MONTH}/board").json()["own"]
    expect(page.locator("#now-chips .is-warning")).to_have_count(int(owed["reminded"] is not None))
    expect(page.locator("#now-chips .is-fault")).to_have_count(int(owed["overdue"]))
    page.get_by_role("button", name="签署缺报", exact=False).last.click()
    page.click("#ask [type=submit]")
    expect(page.locator("#ask-said-fault")).to_have_text("请写明原因。")
    page.fill("#ask [name=text]", "居委会换届，本期没有报送")
    page.click("#ask [type=submit]")
    expect(page.locator("#unit-bell")).to_contain_text("缺报已签署")
    page.click("#to-form")
    make(page, "DRAW_UP")
    expect(page.locator("#chips")).to_contain_text("草稿")
    expect(page.locator("#A01 .main")).to_have_text("1,200")
    expect(page.locator("#next")).to_have_text("1 处还没有说明；请 r.lane 审核。")
    reviewer = report.page(pages, "r.lane", form("lane"))
    make(reviewer, "CHECK")
    expect(reviewer.locator("#C18 + .fault-row")).to_contain_text("R-C18 需要说明")
    page.locator("[data-jump=at-R-C18]").press("Enter")
    expect(page.locator("[id='note-R-C18']")).to_be_focused()
    page.keyboard.type("异地核查未回，次月已办结")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#findings-sum")).to_contain_text("1 处已说明")
    reviewer.reload()
    make(reviewer, "CHECK")
    expect(reviewer.locator("#chips")).to_contain_text("已审核")
    make(reviewer, "SUBMIT")
    expect(reviewer.locator("#next")).to_have_text("已报送，等上级接收。")
    is_well(reviewer, "street")


def _district_signs(report: Report, pages: Pages) -> None:
    reviewer = report.page(pages, "r.north", "/report")
    expect(reviewer.locator("#unit-lane")).to_contain_text("1 处有说明")
    expect(reviewer.locator("#unit-lane [type=checkbox]")).to_have_count(0)  # what has findings is looked at
    reviewer.locator("#unit-lane").get_by_role("button", name="接收").click()
    reviewer.click("#ask [type=submit]")
    expect(reviewer.locator("#unit-lane")).to_contain_text("已接收")
    preparer = report.page(pages, "p.north", "/report")
    preparer.locator("#unit-dock").get_by_role("button", name="签署缺报").click()
    preparer.fill("#ask [name=text]", "停电，本期没有报送")
    preparer.click("#ask [type=submit]")
    expect(preparer.locator("[data-kind=missing] b")).to_have_text("1")
    preparer.click("#to-form")
    make(preparer, "DRAW_UP")
    expect(preparer.locator("#chips")).to_contain_text("草稿")
    expect(preparer.locator("#A02 .c-lower").nth(1)).to_have_text("0")
    expect(preparer.locator("#A02 .main")).to_have_text("1,200")
    for code in preparer.locator("tr.has-soft").evaluate_all("(rows) => rows.map((row) => row.id)"):
        preparer.fill(f"[id='note-R-{code}']", "街道已说明")
        preparer.locator(f"[id='note-R-{code}'] + button").click()
        expect(preparer.locator(f"tr[id={code}].has-noted")).to_be_visible()
    _check_and_sign(report, pages)
    preparer.reload()
    make(preparer, "SUBMIT")
    expect(preparer.locator("#chips")).to_contain_text("已报送")


def _check_and_sign(report: Report, pages: Pages) -> None:
    reviewer = report.page(pages, "r.north", form("north"))
    make(reviewer, "CHECK")
    expect(reviewer.locator("#chips")).to_contain_text("已审核")
    signer = report.page(pages, "s.north", form("north"))
    expect(signer.locator("#next")).to_contain_text("请您签署")
    make(signer, "SIGN")
    expect(signer.locator("#head")).to_contain_text("s.north")


def _city_gives_back(report: Report, pages: Pages) -> None:
    page = report.page(pages, "r.city", "/report?lang=en")
    expect(page.locator("#unit-north")).to_contain_text("Sent")
    is_well(page, "board-en")
    page.goto(f"{page.url.partition('?')[0]}?lang=zh")
    row = page.locator("#unit-north")
    row.get_by_role("button", name="退回").click()
    is_well(page, "give-back")
    page.fill("#ask [name=text]", "结案数与台账不符，请核对")
    page.fill("#ask [name=fields]", "c30 Z99")
    page.click("#ask [type=submit]")
    expect(page.locator("#ask-reason-fault")).to_have_text("请选择退回原因。")
    page.select_option("#ask [name=reason]", "WRONG_RULE")
    page.click("#ask [type=submit]")
    expect(page.locator("#ask-fields-fault")).to_contain_text("报表没有这一项")
    page.fill("#ask [name=fields]", "c30")
    page.click("#ask [type=submit]")
    expect(row).to_contain_text("已退回")
    expect(page.locator("[data-kind=returned] b")).to_have_text("1")


def _district_corrects(report: Report, pages: Pages) -> None:
    page = report.page(pages, "p.north", "/report")
    expect(page.locator("#next")).to_contain_text("上级退回：口径错误（结案数与台账不符，请核对）")
    page.click("#to-form")
    page.click("#steps a[data-code=C30]")
    expect(page.locator("#panel-title")).to_contain_text("C30 结案")
    page.locator("#panel").get_by_role("button", name="加调整行").click()
    page.fill("#line-number", "三")
    page.fill("#line-reason", "漏登一件")
    page.click("#line [type=submit]")
    expect(page.locator("#line-number-fault")).not_to_be_empty()
    page.fill("#line-number", "+3")
    page.click("#line [type=submit]")
    expect(page.locator("#panel .report-lines")).to_contain_text("调整 +3")
    page.locator("#panel").get_by_role("button", name="查看记录").click()
    expect(page.locator("#panel .report-rows li")).to_contain_text(["调整行 · 调整"])
    is_well(page, "panel")
    make(page, "DRAW_UP")
    expect(page.locator("#C30 .main")).to_have_text("3")
    page.click("#compare button")
    expect(page.locator("#compare tbody tr").first).to_contain_text("C30")
    expect(page.locator("#compare tbody tr").first).to_contain_text("漏登一件")
    page.goto(f"{page.url.partition('?')[0].partition('#')[0]}?lang=en")
    expect(page.locator("#versions")).to_contain_text("Version 2")
    is_well(page, "form-en")
    page.goto(f"{page.url.partition('?')[0]}?lang=zh")
    _check_and_sign(report, pages)
    page.reload()
    make(page, "SUBMIT")
    expect(page.locator("#chips")).to_contain_text("已报送")


def _city_accepts(report: Report, pages: Pages) -> None:
    page = report.page(pages, "r.city", form("north"))
    expect(page.locator("#next")).to_have_text("已报送，请您接收或退回。")
    make(page, "ACCEPT")
    expect(page.locator("#chips")).to_contain_text("已接收")
    page.emulate_media(media="print")
    expect(page.locator("#moves")).to_be_hidden()
    expect(page.locator("#A01")).to_be_visible()
    page.emulate_media(media="screen")


def _a_locked_form_is_corrected_by_a_slip(report: Report, pages: Pages) -> None:
    page = report.page(pages, "p.north", f"{form('north')}#C30")
    page.locator("#panel").get_by_role("button", name="提出更正单").click()
    page.fill("#line-number", "2")
    page.fill("#line-reason", "一件重复登记")
    page.click("#line [type=submit]")
    expect(page.locator("#slips")).to_contain_text("待批准")
    signer = report.page(pages, "s.city", form("north"))
    signer.get_by_role("button", name="批准", exact=True).click()
    signer.click("#ask [type=submit]")
    expect(signer.locator("#slips")).to_contain_text("已批准")
    expect(signer.locator("#C30 .main")).to_have_text("2")
    expect(signer.locator("#versions li")).to_have_count(3)


def _the_year_is_made(report: Report, pages: Pages) -> None:
    for code, value in STAFF.items():
        report.send("p.city", "POST", "city", "entries", {"code": code, "value": value, "kept_at": "人事登记表"})
    report.move("p.city", "city", "DRAW_UP")
    for found in report.client("p.city").get(f"/api/v1/report/units/city/periods/{MONTH}").json()["findings"]:
        report.send("p.city", "PUT", "city", f"notes/{found['id']}", {"text": "各区已说明"})
    report.move("r.city", "city", "CHECK")
    report.move("s.city", "city", "SIGN")
    page = report.page(pages, "s.city", f"/report/city/{YEAR}")
    expect(page.locator("#next")).to_contain_text("还有 12 个月没有定稿")
    expect(page.locator("#lock")).to_have_count(0)
    page.locator("#months").get_by_role("link", name="已签署").press("Enter")
    page.wait_for_url(f"**{form('city')}")
    make(page, "CLOSE")
    expect(page.locator("#next")).to_have_text("本期已定稿并锁定。")
    report.lock_others("city", A10=100, A11=100, A30=100, A51=100, B02=100, B22=100, B35=100, K01=4, K02=9, K03=2)
    report.lock_others("north", A10=100, A14=100)
    page.get_by_role("link", name=f"{YEAR}年报表").press("Enter")
    expect(page.locator("#months-sum")).to_have_text("已锁定 12 个月")
    expect(page.locator("#A10 .main")).to_have_text("2,300")
    expect(page.locator("#column-north")).to_contain_text("十二个月齐")
    is_well(page, "year")
    _its_figures_are_looked_into_and_noted(report, pages)
    page.locator("#lock").press("Enter")
    expect(page.locator("#ask-title")).to_be_focused()
    expect(page.locator("#ask-text")).to_contain_text(f"锁定后{YEAR}年的数不再变化")
    is_well(page, "year-lock")
    page.locator("#ask [type=submit]").press("Enter")
    expect(page.locator("#next")).to_contain_text("年报已由 s.city 于")
    expect(page.locator("#lock")).to_have_count(0)
    with page.expect_download() as book:
        page.get_by_role("link", name="XLSX").press("Enter")
    assert str(YEAR) in book.value.suggested_filename
    page.goto(f"{report.central.url}/report/north/{YEAR}?lang=en#A10")
    expect(page.locator("#next")).to_contain_text("Locked by s.city")
    expect(page.locator("#panel .report-each a")).to_have_count(12)
    is_well(page, "year-en")
    page.get_by_role("link", name="Assessment sheet").press("Enter")
    page.get_by_role("link", name=f"Yearly form {YEAR}").press("Enter")
    page.wait_for_url(f"**/report/north/{YEAR}")
    page.goto(f"{report.central.url}/report?lang=zh")


def _its_figures_are_looked_into_and_noted(report: Report, pages: Pages) -> None:
    page = report.page(pages, "p.city", f"/report/city/{YEAR}")
    expect(page.locator("#lock")).to_have_count(0)  # a preparer notes, the signer locks
    page.locator("[data-jump=at-R-B22]").press("Enter")
    expect(page.locator("[id='note-R-B22']")).to_be_focused()
    page.keyboard.type("自助机上线前没有分类")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("tr[id=B22].has-noted")).to_be_visible()
    page.locator("#A01 .main .figure").press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    expect(page.locator("#panel .report-each a").first).to_have_attribute("href", f"/report/city/{YEAR}-01#A01")
    page.locator("#panel textarea").fill("全年口径一致")
    page.locator("#panel form button").press("Enter")
    expect(page.locator("#panel")).to_contain_text("p.city 说明：全年口径一致")
    page.keyboard.press("Escape")


def test_who_prepared_is_told_who_else_checks_and_who_comes_second_loses_no_word(report: Report, pages: Pages) -> None:
    report.move("both.dock", "dock", "DRAW_UP")
    page = report.page(pages, "both.dock", form("dock"))
    make(page, "CHECK")
    expect(page.locator("#ask .problem")).to_contain_text("填表人 both.dock")
    expect(page.locator("#ask .problem")).to_contain_text("可以办理的人：r.dock")
    report.move("r.dock", "dock", "CHECK")
    page = report.page(pages, "r.dock", form("dock"))
    page.click("[data-move=REOPEN]")
    page.fill("#ask [name=text]", "请再核对取号数")
    report.move("both.dock", "dock", "REOPEN", "先改一处")
    report.move("r.dock", "dock", "CHECK")
    page.click("#ask [type=submit]")
    expect(page.locator("#ask .problem")).to_contain_text("刚刚被别人处理过")
    expect(page.locator("#ask [name=text]")).to_have_value("请再核对取号数")
    page.click("#ask [type=submit]")
    expect(page.locator("#said")).to_contain_text("已办理：退给填表人")
    expect(page.locator("#steps li").first).to_contain_text("请再核对取号数")


def test_the_city_sees_in_days_what_a_rule_means_before_it_sets_it(report: Report, pages: Pages) -> None:
    page = report.page(pages, "s.city", "/report/rules")
    later = shifted(MONTH, 3)
    page.select_option("#since", later)
    page.wait_for_url(f"**/report/rules?since={later}")
    expect(page.locator("article", has_text="上月26日至本月25日")).to_contain_text(f"{later}-01 至 {later}-25")
    is_well(page, "rules")
    page.click("[data-rule=D26_25]")
    page.click("#set [type=submit]")
    expect(page.locator("#history")).to_contain_text(f"{later} · 上月26日至本月25日")
    expect(page.locator("article.in-force")).to_contain_text("上月26日至本月25日")
