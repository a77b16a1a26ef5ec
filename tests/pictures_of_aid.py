"""Pictures of legal aid in a demo at work: desk, case, applicant, firm, register, form at home, short records, visits.

People of the demo act by the interface as its own pages do; they are invented, their numbers of area 99.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from playwright.sync_api import APIRequestContext, Browser, Page

from simulators.demo.legal_aid import id_number

Keep = Callable[[Page, str], None]
_GAPS: Final = [{"kind": "CASE_PAPERS"}, {"kind": "OTHER", "text": "户口簿复印件"}]
_FACTS: Final = "两个儿子三年没有给付赡养费，请求每月各给付一千元。"
_SAID: Final = {"DISPUTE": "赡养费", "prison": "示例监狱", "subject": "想了解怎样申请法律援助。"}
_TIME: Final = {"visit_from": "09:00", "visit_until": "09:30"}
_KINDS: Final = ("ADVICE", "DRAFTING", "MEDIATION", "NOTARY", "LAWYER_GUIDE", "INFORMATION", "COMPLAINT", "ADVICE")


class Central:
    """Central of a demo, seen by the roles that it has."""

    def __init__(self, browser: Browser, central: dict[str, Any], keep: Keep) -> None:
        self.browser, self.url, self.keep = browser, central["url"], keep
        self.users = {user["role"]: user for user in central["users"]}
        self.pages: dict[str, Page] = {}

    def page(self, role: str, width: int = 1280, height: int = 900) -> Page:
        """A page of somebody who is signed in; a second one of the same person has the same session."""
        if role not in self.pages:
            self.pages[role] = self.nobodys(width, height)
            said = {"name": self.users[role]["name"], "secret": self.users[role]["secret"]}
            answer = self.pages[role].request.post(f"{self.url}/api/v1/session", data=said)
            assert answer.ok, answer.text()
        return self.pages[role]

    def nobodys(self, width: int, height: int) -> Page:
        return self.browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()

    def ask(self, role: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        asked: APIRequestContext = self.page(role).request
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        answer = asked.fetch(f"{self.url}/api/v1/{path}", method=method, data=body, headers=headers)
        assert answer.ok, f"{path}: {answer.text()}"
        return json.loads(answer.body() or b"null")

    def take(self, role: str, path: str, name: str, ready: str) -> None:
        page = self.page(role)
        page.goto(f"{self.url}{path}")
        page.wait_for_selector(ready)
        self.keep(page, name)


def take_pictures(browser: Browser, central: dict[str, Any], hall: str, keep: Keep) -> None:
    """Each page with something on it."""
    seen = Central(browser, central, keep)
    code = _apply_from_home(seen)
    _follow_it(seen, code)
    cases = seen.ask("firm", "GET", "firm/cases")["items"]
    seen.take("supervisor", "/aid", "aid-desk", "#rows a")
    seen.take("reviewer", f"/aid/cases/{cases[0]['id']}", "aid-case", "main h1")
    seen.take("firm", f"/firm/cases/{cases[0]['id']}", "aid-firm", "#acts button")
    seen.take("supervisor", "/lawyers", "aid-lawyers", "#rows [data-mark]")
    for kind in _KINDS:
        seen.ask("window_staff", "POST", "matters", _begun(seen, kind, hall))
    seen.take("window_staff", "/matters", "matters", "main h1")
    _visit(seen, hall)


def _apply_from_home(seen: Central) -> str:
    """The form filled in on a phone; the code to its page is what comes back."""
    page = seen.nobodys(390, 844)
    page.goto(f"{seen.url}/aid/apply")
    page.click("#agree")
    page.select_option("[data-path=matter] select", "M31_4")
    seen.keep(page, "aid-apply")
    page.click("#next")
    person = {"name": "示先生", "id_number": id_number("19491231", 91), "phone": "13900000009", "address": "示例路1号"}
    for name, value in person.items():
        page.fill(f"[data-path='applicant.{name}'] input", value)
    page.click("#next")
    page.check("[data-path='hardship.basis'] input[value=PROMISE]")
    page.fill("[data-path='hardship.household'] input", "2")
    page.fill("[data-path='hardship.income'] input", "1500")
    page.check("[data-path='hardship.promise'] input")
    page.click("#next")
    page.click("#next")
    page.fill("[data-path=facts] textarea", _FACTS)
    page.click("#next")
    page.check("#truth")
    page.click("#next")
    return str(page.locator("#done .code").text_content())


def _follow_it(seen: Central, code: str) -> None:
    """Papers are missing, and the applicant's page says which."""
    page = seen.nobodys(390, 844)
    page.goto(f"{seen.url}/aid/my#{code}")
    number = page.locator("#case .told dd").first.text_content()
    items = seen.ask("reviewer", "GET", "aid/cases")["items"]
    case = next(one for one in items if one["number"] == number)
    version = case["version"]
    for move, given in (("BEGIN_REVIEW", {}), ("ASK_SUPPLEMENT", {"gaps": _GAPS})):
        said = {"move": move, "version": version, "given": given}
        version = seen.ask("reviewer", "POST", f"aid/cases/{case['id']}/moves", said)["version"]
    page = seen.nobodys(390, 844)
    page.goto(f"{seen.url}/aid/my#{code}")
    page.wait_for_selector("#case .gaps")
    seen.keep(page, "aid-my")


def _begun(seen: Central, kind: str, hall: str, **facts: Any) -> dict[str, Any]:
    """A record with what its kind needs, by central's own list of it."""
    kinds = seen.ask("window_staff", "GET", "matters/kinds")["items"]
    way = next(one for one in kinds if one["kind"] == kind)["begin"][0]
    needed = {one["name"]: _value(one) for one in way["facts"] if one["needed"]}
    texts = {one["name"]: _SAID.get(one["name"], "示例内容") for one in way["texts"] if one["needed"]}
    return {
        "kind": kind, "move": way["move"], "hall": hall, "facts": needed | facts, "texts": texts,
        "parties": _parties(kind),
    }  # fmt: skip


def _value(fact: dict[str, Any]) -> Any:
    match fact["kind"]:
        case "choice":
            return fact["options"][0]
        case "several":
            return fact["options"][:1]
        case "flag":
            return True
        case "day":
            return _day(0)
        case _:
            return 1


def _parties(kind: str) -> list[dict[str, Any]]:
    match kind:
        case "VISIT":
            return [{"role": "VISITOR", "name": "示女士", "relation": "PARENT"}, {"role": "PRISONER", "name": "例先生"}]
        case "MEDIATION":
            return [{"role": "APPLICANT", "name": "示先生"}, {"role": "RESPONDENT", "name": "例先生"}]
        case _:
            return []


def _day(days: int) -> str:
    return str((datetime.now(UTC).astimezone(timezone(timedelta(hours=8))) + timedelta(days=days)).date())


def _visit(seen: Central, hall: str) -> None:
    """Asked for, agreed by the prison, and given a room; the calendar shows the day."""
    room = {"hall": hall, "name_zh": "探视一室", "name_en": "Visit room 1"}
    given = {"room": seen.ask("supervisor", "POST", "visit-rooms", room)["id"]}
    seen.ask("supervisor", "POST", "visit-rooms", {**room, "name_zh": "探视二室", "name_en": "Visit room 2"})
    asked = _begun(seen, "VISIT", hall)
    asked["facts"] |= {"id_shown": True, "kinship_shown": True}
    begun = seen.ask("window_staff", "POST", "matters", asked)
    version = begun["version"]
    moves: list[tuple[str, dict[str, Any]]] = [
        ("PASS", {}), ("SEND", {}), ("NOTE_TIME", {"visit_day": _day(1), **_TIME}), ("BOOK_ROOM", given),
    ]  # fmt: skip
    for move, facts in moves:
        said = {"move": move, "version": version, "facts": facts}
        version = seen.ask("window_staff", "POST", f"matters/{begun['id']}/moves", said)["version"]
    page = seen.page("window_staff")
    page.goto(f"{seen.url}/visits")
    page.select_option("#hall", hall)
    page.fill("#day", _day(1))
    page.wait_for_selector(".room")
    seen.keep(page, "visits")
