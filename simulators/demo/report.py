"""A district with a month behind it: streets and village rooms whose monthly report is on its way.

Everything is asked of central as its own pages ask it. The month before this one happened before central was there, so
its counted figures are told as a bureau tells them that begins in the middle of a year: as adjustments, each with its
reason, from the registers on paper; the hotline and the web platform bring in their lists. One street has sent its
form, one was given it back, one has not begun, and the district's own is a draft in which something is left to explain.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from hall_config.wording import CHINA
from simulators.demo.asking import People
from simulators.demo.posts import CITY, DISTRICT

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
_ROOM: Final = {"A52": 23, "B02": 9, "B16": 4, "B17": 5, "B31": 9}
_WUTONG: Final = {
    "A10": 412, "A11": 386, "A12": 18, "A13": 5, "A14": 3, "A17": 96, "A20": 7, "A21S": 236_000, "A22S": 352_000,
    "A23": 11, "A30": 260, "A31": 58, "A32": 40, "A33": 28, "A51": 386, "B02": 240, "B11": 80, "B13": 70, "B16": 40,
    "B17": 30, "B22": 20, "B31": 180, "B33": 60, "D02": 12, "D03": 9, "D04": 1, "D05": 2, "D06": 6, "D07": 3,
    "D21": 4, "D22": 5, "D26": 3, "P01": 386, "P02": 300, "P03": 240, "P04": 48, "P05": 9, "P06": 2, "P07": 1,
    "P12": 3, "P13": 2,
}  # fmt: skip
_MATOU: Final = {
    "A10": 268, "A11": 251, "A12": 12, "A13": 5, "A17": 70, "A21S": 181_000, "A22S": 230_000, "A30": 190, "A31": 31,
    "A32": 30, "A51": 251, "B02": 170, "B11": 60, "B13": 60, "B17": 50, "B31": 170, "D02": 16, "D03": 12, "D05": 4,
    "D06": 12, "D22": 9, "D23": 7, "P01": 251, "P02": 190, "P03": 150, "P04": 34, "P05": 6,
}  # fmt: skip
_CENTRE: Final = {
    "A10": 1260, "A11": 1198, "A12": 40, "A13": 14, "A14": 8, "A15": 130, "A17": 288, "A18": 12, "A21S": 980_000,
    "A22S": 1_250_000, "A23": 47, "A30": 620, "A31": 310, "A32": 96, "A33": 120, "A34": 52, "A50": 1198, "B02": 560,
    "B11": 150, "B12": 40, "B13": 170, "B14": 60, "B16": 80, "B17": 40, "B22": 20, "B31": 420, "B33": 140, "C02": 26,
    "C04": 1, "C05": 19, "C06": 3, "C10": 3, "C14": 4, "C15": 14, "C16": 1, "C18": 1, "C20": 18, "C21": 19, "C22": 6,
    "C24": 5, "C29": 6, "C30": 12, "C37": 20, "P01": 1198, "P02": 903, "P03": 702, "P04": 160, "P05": 30, "P06": 8,
    "P07": 3, "P12": 11, "P13": 9,
}  # fmt: skip
_STAFF: Final = {"A06": "14", "K01": "9", "K02": "22", "K03": "4", "K04": "15"}
_HOTLINE: Final = "of_unit,day,G01,G01V,G02,G04S,G05,G06,G07,G08R,G08S,B03"
_WEB: Final = "of_unit,day,N01,N02,N03,N04,N05"
log = structlog.get_logger()


def month_before(wall_ms: int) -> str:
    """The month that ended last."""
    today = datetime.fromtimestamp(wall_ms / 1000, CHINA).date()
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"


async def make_units(people: People, month: str) -> None:
    """The district and what is below it, as the bureau's IT enters what has been there all the time."""
    for unit, above, level, name_zh, name_en in _UNITS:
        facts = {"id": unit, "parent": above, "level": level, "name_zh": name_zh, "name_en": name_en}
        await people.ask("admin", "POST", "units", {**facts, "since": f"{month}-01"}, known="UNIT_TAKEN")


class _Refused(Exception):
    """Central said no, which stands in the log already."""


class Month:
    """The report of one month, filled in by its people."""

    def __init__(self, people: People, month: str) -> None:
        self._people = people
        self._month = month
        self._steps: dict[str, int] = {}  # unit -> the last step of its form

    async def fill(self) -> None:
        """Once: a demo that is started again on the same data finds its month as it was left."""
        if await self._is_begun():
            return
        try:
            for unit, preparer in (("yongfeng", "wutong"), ("chunhui", "wutong"), ("anping", "matou")):
                await self._room(unit, f"{preparer}-preparer")
                await self._move(f"{preparer}-reviewer", unit, "ACCEPT")
            await self._street("wutong", _WUTONG)
            await self._street("matou", _MATOU)
            await self._move(
                "district-reviewer", "matou", "RETURN", reason="WRONG_RULE", fields=["D02"],
                text="D02 按受理日期计，上月受理、本月调结的不重复计入，请核对后重报",
            )  # fmt: skip
            await self._visit("room", "heping", 6, "09:30", "12:00", 2)
            await self._district()
        except _Refused:
            log.warning("demo.month_not_filled", month=self._month)

    async def _is_begun(self) -> bool:
        found = await self._people.ask("wutong-preparer", "GET", self._path("yongfeng"), None)
        return found is None or found["step"] > 0

    # --- units -----------------------------------------------------------------------------------------------

    async def _room(self, unit: str, preparer: str) -> None:
        """A village room: its adviser's visits, a lecture, its figures."""
        await self._visit(preparer, unit, 8, "09:00", "11:30", 5)
        await self._visit(preparer, unit, 21, "13:30", "16:00", 4)
        lecture = {"kind": "LECTURE", "title": "民法典进社区", "people": 36, "leaflets": 50, "kept_at": _KEPT_AT}
        await self._add(preparer, unit, "events", {"day": self._day(15), **lecture})
        await self._figures(preparer, unit, {"A06": "3", "C35": "0", "J03": "1", "J04": "1", "J08": "6"})
        await self._lines(preparer, unit, _ROOM)
        await self._move(preparer, unit, "DRAW_UP")
        await self._move(preparer, unit, "SUBMIT")

    async def _street(self, unit: str, counted: Mapping[str, int]) -> None:
        """A street: what its register says, checked by the second person and sent."""
        await self._figures(f"{unit}-preparer", unit, {"A06": "8", "C35": "0"})
        await self._lines(f"{unit}-preparer", unit, counted)
        await self._move(f"{unit}-preparer", unit, "DRAW_UP")
        await self._move(f"{unit}-reviewer", unit, "CHECK")
        await self._move(f"{unit}-reviewer", unit, "SUBMIT")

    async def _district(self) -> None:
        """The district's own part and the lists of other systems; drawn up, and left there."""
        name = "district-preparer"
        await self._figures(name, DISTRICT, _STAFF)
        await self._lines(name, DISTRICT, _CENTRE)
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

    async def _lines(self, name: str, unit: str, counted: Mapping[str, int]) -> None:
        for code, by in counted.items():
            line = {"code": code, "by": str(by), "text": _WHY, "evidence": _KEPT_AT}
            await self._add(name, unit, "lines", line)

    async def _move(self, name: str, unit: str, move: str, **said: Any) -> None:
        body = {"move": move, "step": self._steps.get(unit, 0), **said}
        self._steps[unit] = (await self._add(name, unit, "moves", body))["step"]

    async def _add(self, name: str, unit: str, what: str, body: dict[str, Any]) -> Any:
        return await self._do(name, "POST", f"{self._path(unit)}/{what}", body)

    async def _do(self, name: str, method: str, path: str, body: dict[str, Any] | bytes) -> Any:
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
