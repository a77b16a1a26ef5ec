"""A legal-aid desk to click through: a centre, three lawyers of two firms, and some cases on their way.

Everything is asked of central as its own pages ask it. The people are invented; their numbers are of area 99, which no
district has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulators.demo.asking import People
from simulators.demo.posts import POSTS

UNIT: Final = "city"
FIRM: Final = "31990000MD00000001"
_CENTRE: Final = {
    "short_name": "示", "name_zh": "示例市法律援助中心", "address": "示例路9号", "phone": "021-00000000",
    "bureau": "示例市司法局", "bureau_address": "示例路10号", "bureau_phone": "021-00000001",
}  # fmt: skip
_LAWYERS: Final = f"""licence,lawyer,firm,firm_code,state,of_unit,specialities,minors,criminal_since
19999200111111111,示例甲,示例第一律师事务所,{FIRM},执业,{UNIT},婚姻家庭、劳动争议,是,2001-06
19999201010222222,示例乙,示例第一律师事务所,{FIRM},执业,{UNIT},交通事故,否,
19999201510333333,示例丙,示例第二律师事务所,31990000MD00000002,执业,{UNIT},刑事、劳动争议,是,2015-06
"""
# drawn with a pen: 160 by 60 points, a PNG
_SIGNATURE: Final = (
    "iVBORw0KGgoAAAANSUhEUgAAAKAAAAA8AQAAAADJEIy4AAABaklEQVR42u2UsW7UQBRFj4dVvMUKu4MiYH8CJaJg/SVUFJQpKCgirSUQ37Hfkc"
    "rRrpSU+QQjJESHVwLJheVDMbY2ISno4TWjOXr3zZs3V5PI/Qj8h/fg8BD89dfyrp531RG2M/PmCEMzHTb+PMI98A1geDZLNC20UW0/bFRFzQpt"
    "NmozFqoGMD+D6wbYJe/mmiPAogU+8WquOayv9HmmY2a3meRDBSQ9jDmrLcACesDyLQwlj77PfdanwGvoK7iYan7xq8Omjb12U82Wx0BeswNWVc"
    "zcebC3X5uqZjFzTwosWpcA72Nmau/BMRsK1TZmLlnUgaQfSoCnFQTMgQ7O+wrg5AZwKBzXV3rZqOpHDVDGIRSXcX0DIV79GvLPET6pCfSQtMBy"
    "GeHJFuzUotDYkZoaOABnQNhOr3ZBoAUsIZmcwAsCAXh52zQrAntgrO44KVABp384zB/TFG5FIsAhe8CfyV118m98Ar8BEDbZn49AaPcAAAAASU"
    "VORK5CYII="
)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PEOPLE: Final = (  # surname, birth, matter, what happened
    ("示", "19491231", "M31_4", "两个儿子三年没有给付赡养费，请求每月各给付一千元。"),
    ("例", "19780416", "M31_5", "在工地工作五个月，被拖欠工资四万二千元。"),
    ("样", "19850910", "M31_7", "骑车被小客车撞伤，住院十八天，对方没有赔偿。"),
    ("本", "19690722", "M31_2", "退休后养老金少发，与单位协商没有结果。"),
    ("范", "19910303", "M32_4", "遭受家庭暴力，请求离婚和人身安全保护。"),
)
_HOW_FAR: Final = (4, 3, 2, 1, 0)  # steps that are made of each
_NAMES: Final = {post.role: post.name for post in POSTS}
Step = tuple[str, str, dict[str, Any]]


class Desk:
    """Central's legal-aid room as its people use it."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def furnish(self) -> bool:
        """The centre, its lawyers and the firm's account, whoever made them before."""
        await self._ask("admin", "PUT", f"aid/centres/{UNIT}", _CENTRE)
        listed = await self._ask("admin", "POST", "imports/lawyers", _LAWYERS.encode())
        firm = _NAMES["firm"]
        linked = await self._ask("supervisor", "PUT", f"firms/{FIRM}/accounts/{firm}", {})
        return listed is not None and linked is not None

    async def take_cases(self) -> None:
        """A few people have come already; one case is with its lawyer."""
        for place, (person, far) in enumerate(zip(_PEOPLE, _HOW_FAR, strict=True)):
            case = await self._ask("window_staff", "POST", "aid/cases", {"application": _application(place, *person)})
            if case is None:
                return
            await self._move_on(case, person[2], far)

    async def _move_on(self, case: Mapping[str, Any], matter: str, far: int) -> None:
        version = case["version"]
        for role, move, told in _steps(matter)[:far]:
            given = await self._suggested(case["id"]) if move == "ASSIGN" else told
            said = {"move": move, "version": version, "given": given}
            done = await self._ask(role, "POST", f"aid/cases/{case['id']}/moves", said)
            if done is None:
                return
            version = done["version"]

    async def _suggested(self, case: str) -> dict[str, Any]:
        """The lawyer who is suggested first."""
        found = await self._ask("assigner", "GET", f"aid/cases/{case}/suggestions", None)
        return {"lawyer": found["items"][0]["mark"]} if found and found["items"] else {}

    async def _ask(self, role: str, method: str, path: str, body: dict[str, Any] | bytes | None) -> Any:
        return await self._people.ask(_NAMES[role], method, path, body)


def _steps(matter: str) -> list[Step]:
    basis = "NOT_REQUIRED_32" if matter.startswith("M32") else "PROMISE"
    how = {"basis": basis, "aid_form": "FORM_4", "matter": matter, "scope": "一审诉讼代理"}
    said = "符合法律援助条件，建议给予。"
    gap = {"gaps": [{"kind": "CASE_PAPERS"}]}
    return [
        ("reviewer", "BEGIN_REVIEW", {}),
        ("reviewer", "PROPOSE", {**how, "decision": "GRANT", "text": said}),
        ("approver", "GRANT", {**how, "nature": "CIVIL"}),
        ("reviewer", "ASK_SUPPLEMENT", gap) if matter == "M31_7" else ("assigner", "ASSIGN", {}),
    ]


def _application(place: int, surname: str, birth: str, matter: str, facts: str) -> dict[str, Any]:
    person = {"name": f"{surname}先生", "id_number": id_number(birth, 11 + 20 * place), "phone": f"1390000000{place}"}
    other = {"name": f"对方{place + 1}", "id_number": id_number("19700101", 31 + 20 * place)}
    return {
        "consent": True,
        "applicant": {**person, "address": f"示例路{place + 1}号"},
        "matter": matter,
        "hardship": {"household": 2, "income": 150_000, "basis": "PROMISE", "promise": True},
        "opposing": [other],
        "facts": facts,
        "papers": [{"name": "身份证", "copies": 1, "original": False}],
        "signature": _SIGNATURE,
        "signed_how": "SIGNATURE",
    }


def id_number(birth: str, order: int) -> str:
    """A number of area 99 with its check character (GB 11643-1999)."""
    digits = f"990101{birth}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]
