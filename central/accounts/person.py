"""Who asks: an account with a living session, what it may do, and what it must do before anything else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from central.accounts.permissions import ADMINISTRATORS, Act, Role, may


class Must(StrEnum):
    """What a person must do first; each is also the code of the refusal until it is done."""

    GIVE_CODE = "SECOND_FACTOR_NEEDED"
    CHANGE_SECRET = "SECRET_CHANGE_NEEDED"  # noqa: S105 - a code, no secret
    SET_UP_FACTOR = "SECOND_FACTOR_TO_SET_UP"


# Where a page sends somebody whose request was refused so.
PAGE_OF: Final[Mapping[str, str]] = {
    Must.GIVE_CODE: "/sign-in/code",
    Must.CHANGE_SECRET: "/account/secret",
    Must.SET_UP_FACTOR: "/account/second-factor",
}

# The second factor is asked of whoever holds one of these (GB/T 22239 level 3: two kinds, one of them cryptographic).
WITH_SECOND_FACTOR: Final = ADMINISTRATORS | {Role.APPROVER, Role.BUREAU_REVIEWER, Role.REPORT_SIGNER}


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: an account with a living session."""

    name: str
    roles: frozenset[Role]
    unit: str
    path: str  # of the unit: what begins with it is theirs to see
    token_hash: str
    must: Must | None = None
    emergency_until_ms: int | None = None  # a sealed account was opened
    waived: bool = False  # a second factor would be asked of these roles, but not of this account

    def may(self, act: Act) -> bool:
        return may(self.roles, act)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made; without a secret it gets a one-time code."""

    name: str
    roles: frozenset[Role]
    secret: str | None
    unit: str


def roles_of(text: str) -> frozenset[Role]:
    """Roles as the store keeps them."""
    return frozenset(Role(one) for one in text.split())


def digest(text: str) -> str:
    """What the store keeps of a token or code: both are long and random, so no slow hash is needed."""
    return hashlib.sha256(text.encode()).hexdigest()
