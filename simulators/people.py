"""The tray of sample cards: synthetic persons only, and three cards that no reader should accept.

Nobody here exists: every name holds 测试 (test), every region is 99xxxx, which no place has. ``visitor-<n>`` is a
person made from a number, for crowds. The 256 bytes are laid out as GA/T 490 and its sister standards say; where the
fields of each kind stand is in the card makers' headers (IDCardDef.h).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

TEXT_BYTES: Final = 256
_STRANGER: Final = re.compile(r"visitor-([0-9]{1,6})")
_FIRST_BIRTH: Final = date(1946, 1, 1)
_BIRTH_DAYS: Final = 22_000  # to 2006
_GIVEN: Final = "安宁和平康乐明义正诚信礼智勇文法公理善美"


@dataclass(frozen=True, slots=True)
class Person:
    """One card of the tray. ``label_*`` is what the tray shows; ``kind`` is C, J, I or Y, or ``-`` for no ID card."""

    id: str
    label_zh: str
    label_en: str
    kind: str = "C"
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    fault: str = ""  # "not_an_id_card", "torn", "wrong_check_digit"


_WHERE: Final[Mapping[str, Mapping[str, tuple[int, int]]]] = {
    "C": {
        "name": (0, 15), "sex": (30, 1), "nation": (32, 2), "birth": (36, 8), "address": (52, 35), "number": (122, 18),
        "issuer": (158, 15), "from": (188, 8), "to": (204, 8),
    },
    "J": {
        "name": (0, 15), "sex": (30, 1), "birth": (36, 8), "address": (52, 35), "number": (122, 18),
        "issuer": (158, 15), "from": (188, 8), "to": (204, 8), "permit": (220, 9), "issues": (238, 2),
    },
    "I": {
        "latin": (0, 60), "sex": (120, 1), "number": (122, 15), "country": (152, 3), "name": (158, 15),
        "from": (188, 8), "to": (204, 8), "birth": (220, 8), "version": (236, 2), "issuer": (240, 4),
    },
    "Y": {
        "name": (0, 15), "sex": (30, 1), "issues": (32, 2), "birth": (36, 8), "latin": (52, 35), "number": (122, 18),
        "from": (188, 8), "to": (204, 8), "latin_rest": (220, 11), "country": (242, 3),
    },
}  # fmt: skip


def card_text(person: Person, fill: str = " ") -> bytes:
    """The 256 bytes of text on this person's card; ``fill`` is what stands in unused places."""
    if person.fault == "not_an_id_card":
        raise ValueError(f"{person.id} is no ID card and holds no text")
    units = [fill] * (TEXT_BYTES // 2)
    for name, value in person.fields.items():
        offset, length = _WHERE[person.kind][name]
        if len(value.encode("utf-16-le")) > 2 * length:
            raise ValueError(f"{name} holds {length} characters at most")
        raw = value.encode("utf-16-le")
        for index in range(len(raw) // 2):
            units[offset // 2 + index] = raw[2 * index : 2 * index + 2].decode("utf-16-le", "surrogatepass")
    if person.kind != "C":
        units[124] = person.kind
    text = bytearray("".join(units).encode("utf-16-le", "surrogatepass"))
    if person.fault == "torn":
        for at in range(0, 200, 6):
            text[at : at + 2] = b"\x00\xd8"  # half a character, again and again
    return bytes(text)


def full_number(region: str, birth: str, order: str) -> str:
    """17 digits and their check character by ISO 7064 MOD 11-2, worked out the recursive way of that standard."""
    remainder = 0
    for digit in region + birth + order:
        remainder = (remainder + int(digit)) * 2 % 11
    check = (12 - remainder) % 11
    return region + birth + order + ("X" if check == 10 else str(check))


def _citizen(id_: str, zh: str, en: str, name: str, birth: str, order: str, *, nation: str = "01") -> Person:
    return Person(id_, zh, en, "C", _citizen_fields(name, full_number("999999", birth, order), birth, order, nation))


def _citizen_fields(name: str, number: str, birth: str, order: str, nation: str = "01") -> dict[str, str]:
    return {
        "name": name,
        "sex": "1" if int(order) % 2 else "2",
        "nation": nation,
        "birth": birth,
        "address": "测试省测试市测试区样本路1号",
        "number": number,
        "issuer": "测试市公安局",
        "from": "20200101",
        "to": "长期" if birth < "19760101" else "20400101",
    }


GIVEN_FIELDS: Final = frozenset({"name", "sex", "nation", "birth", "address", "number", "issuer", "from", "to"})


def given_person(fields: Mapping[str, str]) -> Person:
    """A citizen's card from any of `GIVEN_FIELDS`; what is not given follows from the number; raises `ValueError`."""
    unknown = sorted(set(fields) - GIVEN_FIELDS)
    if unknown:
        raise ValueError(f"a given card has {', '.join(sorted(GIVEN_FIELDS))}, not {unknown[0]}")
    whole = re.fullmatch(r"[0-9]{17}[0-9Xx]", fields.get("number", ""))
    birth = fields.get("birth") or (fields["number"][6:14] if whole else "19800101")
    if re.fullmatch(r"[0-9]{8}", birth) is None:
        raise ValueError("birth is YYYYMMDD")
    number = fields.get("number") or full_number("999999", birth, "001")
    order = number[14:17] if whole else "001"
    text = _citizen_fields(fields.get("name", "测试"), number, birth, order) | dict(fields) | {"birth": birth}
    person = Person("given", "自填卡", "Given card", "C", text)
    card_text(person)
    return person


def person(id_: str) -> Person | None:
    """The card with this id: of the tray, or a stranger ``visitor-<n>``; None when there is none."""
    if (found := _STRANGER.fullmatch(id_)) is not None:
        return _stranger(int(found[1]))
    return next((one for one in TRAY if one.id == id_), None)


def _stranger(number: int) -> Person:
    day = _FIRST_BIRTH + timedelta(days=number * 7919 % _BIRTH_DAYS)
    birth, order = day.strftime("%Y%m%d"), f"{number % 1000:03d}"
    name = "测试" + _GIVEN[number % len(_GIVEN)] + _GIVEN[number // len(_GIVEN) % len(_GIVEN)]
    region = f"99{number // 1000:04d}"
    fields = _citizen_fields(name, full_number(region, birth, order), birth, order)
    return Person(f"visitor-{number}", f"访客{number}", f"Visitor {number}", "C", fields)


_WRONG: Final = full_number("999999", "19880808", "008")

TRAY: Final[tuple[Person, ...]] = (
    _citizen("elder-1", "长者 生于1941年", "Elder, born 1941", "测试赵奶奶", "19410315", "026"),
    _citizen("elder-2", "长者 生于1950年", "Elder, born 1950", "测试钱爷爷", "19501001", "013"),
    _citizen("elder-3", "长者 生于1957年", "Elder, born 1957", "测试孙阿姨", "19570620", "048", nation="11"),
    _citizen("adult-1", "成人 生于1972年", "Adult, born 1972", "测试李建国", "19720505", "017"),
    _citizen("adult-2", "成人 生于1985年", "Adult, born 1985", "测试周敏", "19851112", "024"),
    _citizen("adult-3", "成人 生于1993年", "Adult, born 1993", "测试阿依古丽", "19930228", "042", nation="05"),
    _citizen("young-1", "青年 生于2003年", "Young, born 2003", "测试吴小明", "20030901", "035"),
    _citizen("minor-1", "未成年 生于2013年", "Minor, born 2013", "测试郑乐乐", "20130601", "061"),
    _citizen("rare-1", "生僻字姓名", "Name with a rare character", "测试䶮", "19900714", "059"),
    Person(
        "hmt-1", "港澳台居民居住证", "Residence permit HK/Macao/Taiwan", "J",
        {
            "name": "测试陈港生", "sex": "1", "birth": "19820422", "address": "测试省测试市测试区样本路2号",
            "number": full_number("999000", "19820422", "011"), "issuer": "测试市公安局", "from": "20210101",
            "to": "20260101", "permit": "H99999999", "issues": "01",
        },
    ),
    Person(
        "foreigner-2017", "外国人永居证(2017版)", "Foreigner's card of 2017", "I",
        {
            "latin": "CESHI, SAMPLE ALEX", "name": "测试亚历", "sex": "1", "number": "USA999079010110",
            "country": "USA", "birth": "19790101", "from": "20190101", "to": "20290101", "version": "01",
            "issuer": "9999",
        },
    ),
    Person(
        "foreigner-2023", "外国人永居证(2023版)", "Foreigner's card of 2023", "Y",
        {
            "latin": "CESHI, SAMPLE MARIE", "name": "测试玛丽", "sex": "2", "issues": "00", "country": "FRA",
            "number": full_number("999250", "19870214", "022"), "birth": "19870214", "from": "20240101",
            "to": "20340101",
        },
    ),
    Person("bus-card", "公交卡(非证件)", "Bus card (no ID card)", "-", {}, "not_an_id_card"),
    Person(
        "torn-1", "损坏的证件", "Torn card", "C",
        _citizen_fields("测试损坏", full_number("999999", "19770707", "007"), "19770707", "007"), "torn",
    ),
    Person(
        "wrong-1", "校验位错误的证件", "Card with a wrong check digit", "C",
        _citizen_fields("测试错号", _WRONG[:17] + ("0" if _WRONG[17] != "0" else "1"), "19880808", "008"),
        "wrong_check_digit",
    ),
)  # fmt: skip
