"""A district with two months behind it: one that the city has closed, and one whose report is on its way.

Everything is asked of central as its own pages ask it. Both months happened before central was there, so their counted
figures are told as a bureau tells them that begins in the middle of a year: as adjustments, each with its reason, from
the registers on paper; the hotline and the web platform bring in their lists. Of the last month one street has sent its
form, one was given it back, one has not begun, and the district's own is a draft in which something is left to explain.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog

from hall_config.wording import CHINA
from simulators.demo.asking import People
from simulators.demo.posts import CITY, DISTRICT
from simulators.demo.report_figures import ROOM, STAFF, counted

_UNITS: Final = (  # id, above, level, names
    (DISTRICT, CITY, "district", "示例区公共法律服务中心", "Example District Centre"),
    ("wutong", DISTRICT, "street", "梧桐街道公共法律服务工作站", "Wutong Street Station"),
    ("matou", DISTRICT, "street", "码头街道公共法律服务工作站", "Matou Street Station"),
    ("chengbei", DISTRICT, "street", "城北街道公共法律服务工作站", "Chengbei Street Station"),
    ("yongfeng", "wutong", "village", "永丰村公共法律服务工作室", "Yongfeng Village Room"),
    ("chunhui", "wutong", "village", "春晖居委会公共法律服务工作室", "Chunhui Neighbourhood Room"),
    ("anping", "matou", "village", "安平居委会公共法律服务工作室", "Anping Neighbourhood Room"),
    ("heping", "chengbei", "village", "和平村公共法律服务工作室", "Heping Village Room"),
)
_WHY: Final = "中心启用前的业务，按纸质登记簿补录"
_KEPT_AT: Final = "档案柜2号，登记簿"
_EXPLAINED: Final = {
    "R-B22": "热线平台没有分领域统计，电话咨询计入其他",
    "R-C18": "异地核查经济状况的回函晚到，已于次日办结",
}
_AS_EVER: Final = "已与登记簿核对，属业务量的正常变化"
_HOTLINE: Final = "of_unit,day,G01,G01V,G02,G04S,G05,G06,G07,G08R,G08S,B03"
_WEB: Final = "of_unit,day,N01,N02,N03,N04,N05"
log = structlog.get_logger()


def month_now(wall_ms: int) -> str:
    """The month that runs."""
    return f"{datetime.fromtimestamp(wall_ms / 1000, CHINA):%Y-%m}"


def month_before(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01') - timedelta(days=1):%Y-%m}"


async def make_units(people: People, month: str) -> None:
    """The district and what is below it, as the bureau's IT enters what was there before central."""
    for unit, above, level, name_zh, name_en in _UNITS:
        facts = {"id": unit, "parent": above, "level": level, "name_zh": name_zh, "name_en": name_en}
        await people.ask("admin", "POST", "units", {**facts, "since": f"{month_before(month)}-01"}, known="UNIT_TAKEN")


class _Refused(Exception):
    """Central said no, which stands in the log already."""


async def fill_months(people: People, month: str) -> None:
    """Once: a demo that is started again on the same data finds its months as they were left."""
    last = Month(people, month, last=True)
    try:
        if not await last.is_begun():
            await Month(people, month_before(month), last=False).go_through()
            await last.begin()
    except _Refused:
        log.warning("demo.months_not_filled", month=month)


class Month:
    """The report of one month, filled in by its people."""

    def __init__(self, people: People, month: str, *, last: bool) -> None:
        self._people = people
        self._month = month
        self._last = last
        self._steps: dict[str, int] = {}  # unit -> the last step of its form

    async def is_begun(self) -> bool:
        found = await self._do("wutong-preparer", "GET", self._path("yongfeng"), None)
        return bool(found["step"])

    async def begin(self) -> None:
        """Something is left to do for everybody."""
        await self._rooms()
        for street in ("wutong", "matou"):
            await self._street(street)
        await self._move(
            "district-reviewer", "matou", "RETURN", reason="WRONG_RULE", fields=["D02"],
            text="D02 按受理日期计，上月受理、本月调结的不重复计入，请核对后重报",
        )  # fmt: skip
        await self._visit("room", "heping", 6, "09:30", "12:00", 2)
        await self._district()

    async def go_through(self) -> None:
        """From the rooms to the city, which closes it; a month in which one room and its street had nothing."""
        await self._rooms()
        await self._nothing("heping", "room", "room", "chengbei-reviewer")
        await self._nothing("chengbei", "chengbei-preparer", "chengbei-reviewer", "district-reviewer")
        for street in ("wutong", "matou"):
            await self._street(street)
            await self._move("district-reviewer", street, "ACCEPT")
        await self._district()
        await self._sign(DISTRICT, "district")
        await self._move("district-preparer", DISTRICT, "SUBMIT")
        await self._move("city-reviewer", DISTRICT, "ACCEPT")
        await self._move("city-preparer", CITY, "DRAW_UP")
        await self._sign(CITY, "city")
        await self._move("city-signer", CITY, "CLOSE")

    # --- units -----------------------------------------------------------------------------------------------

    async def _rooms(self) -> None:
        for unit, street in (("yongfeng", "wutong"), ("chunhui", "wutong"), ("anping", "matou")):
            await self._room(unit, f"{street}-preparer")
            await self._move(f"{street}-reviewer", unit, "ACCEPT")

    async def _nothing(self, unit: str, preparer: str, reviewer: str, above: str) -> None:
        """A nil report; a room's has no second person."""
        await self._move(preparer, unit, "NOTHING")
        if reviewer != preparer:
            await self._move(reviewer, unit, "CHECK")
        await self._move(reviewer, unit, "SUBMIT")
        await self._move(above, unit, "ACCEPT")

    async def _explain(self, preparer: str, unit: str) -> None:
        """A note to everything that needs one."""
        found = await self._do(preparer, "GET", self._path(unit), None)
        for finding in found["findings"]:
            why = _EXPLAINED.get(finding["id"], _AS_EVER)
            await self._do(preparer, "PUT", f"{self._path(unit)}/notes/{finding['id']}", {"text": why})

    async def _sign(self, unit: str, who: str) -> None:
        """The second and the third person, once what is unusual is explained."""
        await self._explain(f"{who}-preparer", unit)
        await self._move(f"{who}-reviewer", unit, "CHECK")
        await self._move(f"{who}-signer", unit, "SIGN")

    async def _room(self, unit: str, preparer: str) -> None:
        """A village room: its adviser's visits, a lecture, its figures."""
        await self._visit(preparer, unit, 8, "09:00", "11:30", 5)
        await self._visit(preparer, unit, 21, "13:30", "16:00", 4)
        lecture = {"kind": "LECTURE", "title": "民法典进社区", "people": 36, "leaflets": 50, "kept_at": _KEPT_AT}
        await self._add(preparer, unit, "events", {"day": self._day(15), **lecture})
        await self._figures(preparer, unit, {"A06": "3", "C35": "0", "J03": "1", "J04": "1", "J08": "6"})
        await self._lines(preparer, unit, ROOM)
        await self._move(preparer, unit, "DRAW_UP")
        await self._explain(preparer, unit)
        await self._move(preparer, unit, "SUBMIT")

    async def _street(self, unit: str) -> None:
        """A street: what its register says, checked by the second person and sent."""
        await self._figures(f"{unit}-preparer", unit, {"A06": "8", "C35": "0"})
        await self._lines(f"{unit}-preparer", unit, counted(unit, last=self._last))
        await self._move(f"{unit}-preparer", unit, "DRAW_UP")
        await self._explain(f"{unit}-preparer", unit)
        await self._move(f"{unit}-reviewer", unit, "CHECK")
        await self._move(f"{unit}-reviewer", unit, "SUBMIT")

    async def _district(self) -> None:
        """The district's own part and the lists of other systems; drawn up."""
        name = "district-preparer"
        await self._figures(name, DISTRICT, STAFF)
        await self._lines(name, DISTRICT, counted(DISTRICT, last=self._last))
        for kind, lines in (("hotline_days", self._hotline()), ("web_days", self._web())):
            await self._do(name, "POST", f"imports/{kind}", "\n".join(lines).encode())
        await self._move(name, DISTRICT, "DRAW_UP")

    def _hotline(self) -> Iterator[str]:
        """What nobody told of the advice counts as “other”: too much of it for the form, which asks why."""
        yield _HOTLINE
        for day in range(1, self._days + 1):
            calls = 38 + day * 7 % 13
            spoken = calls - 6 - day % 3
            yield f"{DISTRICT},{self._day(day)},{calls},4,{spoken},{spoken * 290},2,2,3,3,3,{spoken - 9}"

    def _web(self) -> Iterator[str]:
        yield _WEB
        for day in range(1, self._days + 1):
            hits, asked = 500 + day * 37 % 90, 4 + day % 3
            yield f"{DISTRICT},{self._day(day)},{hits},{8120 + day * 3},{15030 + day * 5},{asked},3"

    # --- steps -----------------------------------------------------------------------------------------------

    async def _visit(self, name: str, unit: str, day: int, begins: str, ends: str, people: int) -> None:
        adviser = {"adviser": {"name": "示例乙"}, "people": people}
        await self._add(name, unit, "visits", {"day": self._day(day), "begins": begins, "ends": ends, **adviser})

    async def _figures(self, name: str, unit: str, values: Mapping[str, str]) -> None:
        for code, value in values.items():
            await self._add(name, unit, "entries", {"code": code, "value": value, "kept_at": _KEPT_AT})

    async def _lines(self, name: str, unit: str, figures: Mapping[str, int]) -> None:
        for code, by in figures.items():
            line = {"code": code, "by": str(by), "text": _WHY, "evidence": _KEPT_AT}
            await self._add(name, unit, "lines", line)

    async def _move(self, name: str, unit: str, move: str, **said: Any) -> None:
        body = {"move": move, "step": self._steps.get(unit, 0), **said}
        self._steps[unit] = (await self._add(name, unit, "moves", body))["step"]

    async def _add(self, name: str, unit: str, what: str, body: dict[str, Any]) -> Any:
        return await self._do(name, "POST", f"{self._path(unit)}/{what}", body)

    async def _do(self, name: str, method: str, path: str, body: dict[str, Any] | bytes | None) -> Any:
        answer = await self._people.ask(name, method, path, body)
        if answer is None:
            raise _Refused
        return answer

    def _path(self, unit: str) -> str:
        return f"report/units/{unit}/periods/{self._month}"

    def _day(self, day: int) -> str:
        return f"{self._month}-{day:02d}"

    @property
    def _days(self) -> int:
        return calendar.monthrange(int(self._month[:4]), int(self._month[5:]))[1]
