"""Second factors: a code of six digits that changes every half minute (TOTP, RFC 6238), and recovery codes on paper.

A code counts for its half minute and the ones beside it (clocks of telephones differ), and once: the number of its
half minute is kept, and nothing up to it counts again. A recovery code is crossed out when it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pyotp
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from central.accounts import rules
from central.accounts.person import WITH_SECOND_FACTOR, digest, roles_of
from central.accounts.sealing import CannotOpen, Seal
from central.accounts.tables import recovery_code, second_factor

STEP_S: Final = 30
_BESIDE: Final = (0, -1, 1)
RECOVERY_CODES: Final = 8


def matching_step(secret: str, typed: str, now_ms: int, last_step: int) -> int | None:
    """The half minute whose code this is, if it is near enough and later than the last one used."""
    code, now_step = re.sub(r"[\s-]", "", typed), now_ms // 1000 // STEP_S
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    maker = pyotp.TOTP(secret, interval=STEP_S)
    steps = [now_step + beside for beside in _BESIDE if now_step + beside > last_step]
    return next((step for step in steps if pyotp.utils.strings_equal(code, maker.generate_otp(step))), None)


def address(secret: str, name: str, issuer: str) -> str:
    """What the QR code says to an authenticator."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=name, issuer_name=issuer)


def asked_of(account: RowMapping, *, waivers: bool) -> bool:
    """Whether this account must have a second factor."""
    return not WITH_SECOND_FACTOR.isdisjoint(roles_of(account["roles"])) and not (account["waived"] and waivers)


class SecondFactors:
    """What the store keeps of them, each in the caller's transaction."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def on(self, connection: Connection, account: int) -> bool:
        """Whether a code is asked at each sign-in."""
        row = _row(connection, account)
        return row is not None and row["sealed"] is not None

    def fits(self, connection: Connection, account: int, typed: str, now_ms: int) -> bool:
        """Use a code up; False for a wrong or used one. Tried by two at once, it lets one in."""
        row = _row(connection, account)
        if row is not None and row["sealed"] is not None:
            step = self._step(account, row["sealed"], typed, now_ms, row["last_step"])
            if step is not None:
                _keep_step(connection, account, step)
                return True
        table, code_hash = recovery_code, digest(rules.plain_code(typed))
        used = delete(table).where(table.c.account == account, table.c.code_hash == code_hash)
        return connection.execute(used).rowcount == 1

    def begin(self, connection: Connection, account: int) -> str:
        """A new secret that waits for its first code; what is in force stays in force until then."""
        secret = pyotp.random_base32()
        pending = self._seal.seal(secret, _belongs(account))
        if _row(connection, account) is None:
            connection.execute(insert(second_factor).values(account=account, pending=pending, last_step=0))
        else:
            _change(connection, account, pending=pending)
        return secret

    def confirm(self, connection: Connection, account: int, typed: str, now_ms: int) -> list[str] | None:
        """Put the waiting secret in force if this is its code; gives fresh recovery codes, told this once."""
        row = _row(connection, account)
        if row is None or row["pending"] is None:
            return None
        step = self._step(account, row["pending"], typed, now_ms, 0)
        if step is None:
            return None
        _change(connection, account, sealed=row["pending"], pending=None, last_step=step, set_ms=now_ms)
        codes = [rules.new_code() for _ in range(RECOVERY_CODES)]
        _replace_codes(connection, account, codes)
        return codes

    def _step(self, account: int, sealed: str, typed: str, now_ms: int, last_step: int) -> int | None:
        try:
            secret = self._seal.open(sealed, _belongs(account))
        except CannotOpen:  # another data folder's key: recovery codes and the security administrator still help
            return None
        return matching_step(secret, typed, now_ms, last_step)


def forget(connection: Connection, account: int) -> bool:
    """Take the second factor away with its recovery codes; False when there was none."""
    connection.execute(delete(recovery_code).where(recovery_code.c.account == account))
    return connection.execute(delete(second_factor).where(second_factor.c.account == account)).rowcount == 1


def codes_left(connection: Connection, account: int) -> int:
    """How many recovery codes are not crossed out."""
    found = connection.execute(select(recovery_code.c.code_hash).where(recovery_code.c.account == account))
    return len(found.all())


def _belongs(account: int) -> str:
    return f"second factor of account {account}"


def _row(connection: Connection, account: int) -> RowMapping | None:
    statement = select(second_factor).where(second_factor.c.account == account)
    return connection.execute(statement).mappings().one_or_none()


def _change(connection: Connection, account: int, **facts: object) -> None:
    connection.execute(update(second_factor).where(second_factor.c.account == account).values(**facts))


def _keep_step(connection: Connection, account: int, step: int) -> None:
    _change(connection, account, last_step=step)


def _replace_codes(connection: Connection, account: int, codes: Iterable[str]) -> None:
    connection.execute(delete(recovery_code).where(recovery_code.c.account == account))
    rows = [{"account": account, "code_hash": digest(rules.plain_code(code))} for code in codes]
    connection.execute(insert(recovery_code), rows)
