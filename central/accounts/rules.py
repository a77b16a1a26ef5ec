"""Rules of accounts (domain rules part 6): names, secrets, locks, lives. Lives that a bureau may change stand in its
settings (``settings.py``).

A secret has at least ten characters of three classes, is not the name, and is not a common one: a secret that has
fewer than five characters left when the well-known pieces of ``common.txt`` (also written with signs: ``p@ssw0rd``)
are taken out.
"""

from __future__ import annotations

import re
import secrets
from functools import cache
from importlib import resources
from typing import Final

from central.failures import WrongField

IDLE_MS: Final = 15 * 60_000
ADMIN_IDLE_MS: Final = 5 * 60_000
LONGEST_MS: Final = 12 * 3_600_000
CODE_LIFE_MS: Final = 24 * 3_600_000
EMERGENCY_MS: Final = 60 * 60_000
FRESH_MS: Final = 15 * 60_000  # so young is the session that may set a second factor up
WRONG_BEFORE_LOCK: Final = 5
FIRST_LOCK_MS: Final = 15 * 60_000
LONGEST_LOCK_MS: Final = 24 * 3_600_000
SECRET_MIN: Final = 10
SECRET_MAX: Final = 200
NAME: Final = re.compile(r"[a-z][0-9a-z._-]{2,39}")

_CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_SIGNS: Final = str.maketrans("@013457$!", "aoieastsi")
_RUNS: Final = re.compile(r"(.)\1{2,}|0?123456789?0?|0?1234(?:5)?|9876543210?|87654321|654321|(?:19|20)[0-9]{2}")


def check_name(name: str) -> None:
    """Raises `WrongField` for a name that an account cannot have."""
    if not NAME.fullmatch(name):
        raise WrongField("NAME_SHAPE", "name")


def check_secret(name: str, secret: str, field: str = "secret") -> None:
    """Raises `WrongField` that names the rule the secret breaks."""
    if len(secret) < SECRET_MIN:
        raise WrongField("SECRET_SHORT", field)
    if len(secret) > SECRET_MAX:
        raise WrongField("SECRET_LONG", field)
    if _classes(secret) < 3:
        raise WrongField("SECRET_CLASSES", field)
    if name.casefold() in secret.casefold() or secret.casefold() in name.casefold():
        raise WrongField("SECRET_IS_NAME", field)
    if _left_of(secret) < 5:
        raise WrongField("SECRET_COMMON", field)


def lock_ms(locks: int) -> int:
    """How long the lock after ``locks`` earlier ones lasts: it doubles up to a day."""
    return min(LONGEST_LOCK_MS, FIRST_LOCK_MS << min(locks, 10))


def session_ends(made_ms: int, seen_ms: int, now_ms: int, idle_ms: int = IDLE_MS, ends_ms: int | None = None) -> bool:
    """Whether a session is over: idle too long, too old altogether, or at an end of its own."""
    return now_ms - seen_ms >= idle_ms or now_ms - made_ms >= LONGEST_MS or (ends_ms is not None and now_ms >= ends_ms)


def new_code() -> str:
    """A one-time code that can be read out over the telephone: 16 letters, 78 bits."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def plain_code(typed: str) -> str:
    """The code as typed, without what people add to it."""
    return re.sub(r"[\s-]", "", typed).upper()


def _classes(secret: str) -> int:
    kinds = {
        "lower" if one.islower() else "upper" if one.isupper() else "digit" if one.isdigit() else "other"
        for one in secret
    }
    return len(kinds)


def _left_of(secret: str) -> int:
    """Characters that are left when runs and well-known words are taken out, whichever way gives fewer."""
    plain = _RUNS.sub("", secret.casefold())
    return min(len(_without_words(plain)), len(_without_words(plain.translate(_SIGNS))))


def _without_words(text: str) -> str:
    for word in _common():
        text = text.replace(word, "")
    return text


@cache
def _common() -> tuple[str, ...]:
    """The words of ``common.txt``, the longest first."""
    text = (resources.files("central.accounts") / "common.txt").read_text(encoding="utf-8")
    words = {line.strip() for line in text.splitlines()}
    return tuple(sorted((word for word in words if word and not word.startswith("# ")), key=len, reverse=True))
