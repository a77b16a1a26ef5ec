"""What may stand in a reason that a line of the audit keeps: why, and never about whom. Pure.

A line of the audit stays for years and is read by others than who works on a case, so nobody is named in it. Two things
are refused, both with words that say what to write instead:

- a number by which a person is found: an ID number, a telephone number, a passport's, in whatever digits and with
  whatever stands between them. No list of forms can know them all, so the rule is short: seven digits in a row. Days,
  times, the year of a file's number in brackets, and a file's number itself (it has words between year and number) are
  none;
- the name of somebody of the record that the reason is for, in every spelling that `name_key` folds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import Field

from central.failures import WrongField
from central.lawyers.name_key import tells

REASON_MIN: Final = 4
REASON_MAX: Final = 200
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # breaks lines, turns the writing round, or shows nothing
_DIGITS_MOST: Final = 6
_HAN_DIGITS: Final = str.maketrans("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "0012345678911234567892")
_LOOKS_SO: Final = str.maketrans("OoIl", "0011")
_LETTERS_BETWEEN: Final = re.compile(r"(?<=[0-9])[OoIl]+(?=[0-9])")
_FILE_YEAR: Final = re.compile(r"[(]20[0-9]{2}[)]")
_RECEIPT: Final = re.compile(r"\b[A-Z][0-9a-z-]{3,40}-[0-9A-HJKMNP-TV-Za-z]{26}\b")
_RUN: Final = re.compile(r"[0-9](?:(?:[^\w\[\]〔〕【】]|_){0,4}[0-9])*")
_MONTH, _OF_MONTH = "(?:0?[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01]|[1-9])"
_DAY: Final = rf"(?:20[0-9]{{2}}[-./]?{_MONTH}[-./]?{_OF_MONTH}|{_MONTH}[-./]{_OF_MONTH})"
_TIME: Final = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_MOMENTS: Final = re.compile(rf"(?:{_DAY}|{_TIME})(?:\W{{1,3}}(?:{_DAY}|{_TIME}))*")

# for a request's body; what is only blanks is found by `stated`
Reason = Annotated[str, Field(min_length=REASON_MIN, max_length=REASON_MAX, description="why the full data is needed")]


def stated(reason: str) -> str:
    """A reason as it is kept where it is sealed; raises `WrongField` for none worth the name."""
    said = reason.strip()
    if not REASON_MIN <= len(said) <= REASON_MAX or any(unicodedata.category(one) in _UNSEEN for one in said):
        raise WrongField("REASON_MISSING", "reason")
    return said


def audited(reason: str, people: Iterable[str]) -> str:
    """A reason as the audit keeps it; raises `WrongField` for one that tells about whom.

    ``people``: names and numbers of whoever the record is about, as far as they are known at that moment.
    """
    said = stated(reason)
    if has_number(said):
        raise WrongField("REASON_HAS_NUMBER", "reason")
    if any(tells(said, one) for one in people):
        raise WrongField("REASON_NAMES", "reason")
    return said


def has_number(text: str) -> bool:
    """Whether a number stands in it by which a person could be found."""
    plain = _FILE_YEAR.sub("年", _RECEIPT.sub("号", "".join(map(_plain, text))))
    rest = _RUN.sub(lambda found: "日" if _MOMENTS.fullmatch(found[0]) else found[0], plain).translate(_HAN_DIGITS)
    rest = _LETTERS_BETWEEN.sub(lambda found: found[0].translate(_LOOKS_SO), rest)
    return any(sum(sign.isdecimal() for sign in run) > _DIGITS_MOST for run in _RUN.findall(rest))


def _plain(sign: str) -> str:
    """A digit of any writing, in a circle or raised, as the plain one; full-width signs as the narrow ones."""
    value = unicodedata.digit(sign, None)
    return str(value) if value is not None else unicodedata.normalize("NFKC", sign) if "！" <= sign <= "～" else sign
