"""The two signed lists that a gate lives by: whose keys sign passes, and whose passes are good no more.

    { "signed": "<JSON text>", "signature": "<Ed25519 over: legal-hall KIND 1, NUL, the text; base64url>" }
    gate.keys:     {"as_of": 1795395600, "keys": [{"kid": "2026-11", "public": "<base64url>", "since": …, "until": …}]}
    gate.revoked:  {"as_of": 1795395600, "subjects": {"<sub, 32 hex digits>": "SUSPENDED"}}

Both are signed by the anchor that the hall file names, so that no false file can let anybody in. A file that changed
is read again at the next pass; one that cannot be used, or is older than the one in use, is told once and leaves what
was known. ``gate.revoked`` lists every subject whose state is not ACTIVE.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hall.shape import ShapeError, load

log = structlog.get_logger()

_SIZE_LIMIT: Final = 16 * 1024 * 1024
STATES: Final = ("ACTIVE", "SUSPENDED", "REVOKED", "CANCELLED", "TRANSFERRING", "UNKNOWN")


class UnusableList(ValueError):
    """A list is not there, not signed by the anchor, or not what it should be."""


@dataclass(frozen=True, slots=True)
class PassKey:
    """One key of central that signs attestations, and from when to when it is believed."""

    kid: str
    public: Ed25519PublicKey
    from_s: int
    until_s: int


@dataclass(frozen=True, slots=True)
class KeyList:
    as_of: int
    keys: tuple[PassKey, ...]

    def find(self, kid: str, now_s: int | None) -> PassKey | None:
        """``now_s`` None: whenever it is valid."""
        fits = (key for key in self.keys if key.kid == kid)
        return next((key for key in fits if now_s is None or key.from_s <= now_s < key.until_s), None)


@dataclass(frozen=True, slots=True)
class StateList:
    as_of: int
    subjects: Mapping[str, str] = field(default_factory=dict, repr=False)


ListT = TypeVar("ListT", KeyList, StateList)


class SignedFile(Generic[ListT]):
    """One list, read again when its file changed."""

    def __init__(self, path: Path, kind: str, make: Callable[[Any], ListT], anchor: Ed25519PublicKey) -> None:
        self._path = path
        self._kind = kind
        self._make: Callable[[Any], ListT] = make
        self._anchor = anchor
        self._seen: tuple[int, int, int] | None = None
        self._told: str | None = None
        self._list: ListT | None = None

    def newest(self) -> ListT | None:
        """The newest list that could be believed; None while there was none."""
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._seen:
                self._use(self._read())
                self._seen = seen
        except OSError as problem:
            self._tell(problem.strerror or "cannot be read")
        except UnusableList as problem:
            self._tell(str(problem))
        return self._list

    def _use(self, found: ListT) -> None:
        if self._list is not None and found.as_of < self._list.as_of:
            raise UnusableList("older than the list in use")
        self._list, self._told = found, None
        log.info("gate.list_read", list=self._kind, as_of_s=found.as_of)

    def _tell(self, words: str) -> None:
        if words != self._told:
            self._told = words
            log.error("gate.list_unusable", list=self._kind, file=str(self._path), problem=words)

    def _read(self) -> ListT:
        with self._path.open("rb") as file:
            raw = file.read(_SIZE_LIMIT + 1)
        if len(raw) > _SIZE_LIMIT:
            raise UnusableList("larger than 16 MiB")
        try:
            outer = json.loads(raw)
            signed, signature = outer["signed"].encode(), _unbase64(outer["signature"])
            self._anchor.verify(signature, f"legal-hall {self._kind} 1".encode() + b"\0" + signed)
            found = self._make(json.loads(signed))
        except InvalidSignature:
            raise UnusableList("not signed by the anchor of the hall file") from None
        except ShapeError as problem:
            raise UnusableList(str(problem)) from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
            raise UnusableList(f"not a signed list ({type(problem).__name__})") from None
        return found


@dataclass(frozen=True, slots=True)
class _Key:
    kid: str
    public: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class _Keys:
    as_of: int
    keys: tuple[_Key, ...]


def key_list(value: Any) -> KeyList:
    """Raises ValueError."""
    found = load(_Keys, value, "gate.keys")
    return KeyList(
        found.as_of, tuple(PassKey(key.kid, public_key(key.public), key.since, key.until) for key in found.keys)
    )


def state_list(value: Any) -> StateList:
    """Raises ValueError."""
    found = load(StateList, value, "gate.revoked")
    if any(state not in STATES for state in found.subjects.values()):
        raise ValueError("a state that nobody knows")
    return found


def public_key(text: str) -> Ed25519PublicKey:
    """A key in base64url; raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(_unbase64(text))


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, TypeError) as problem:
        raise ValueError("not base64url") from problem
