"""Whether a pass lets its holder in: checked here, offline, by what central has signed (domain rules 7.3).

ALLOW, DENY with a reason about the pass, or MANUAL with a reason about us: whatever we lack (a list, a good clock) is
never the visitor's fault. That a pass is shown twice is found by the hall's rules, which know what has opened a gate.
Nothing of a pass is logged: neither its text nor its subject.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from edge.gate_code import MalformedPass, PassCode, read_pass
from edge.gate_lists import KeyList, SignedFile, StateList, key_list, public_key, state_list
from edge.gate_verdict import Checked, deny, manual
from hall.gate.words import Verdict
from hall.moment import Moment

_OLDEST_S: Final = 60
_AHEAD_S: Final = 30
_LIST_AGE_S: Final = 24 * 3600
_LIST_AHEAD_S: Final = 300
_ATTESTED_S: Final = 24 * 3600


class PassCheck:
    """May be asked from any line's thread. ``now`` and ``quality`` are the clock's."""

    def __init__(
        self,
        hall: str,
        keys: SignedFile[KeyList],
        states: SignedFile[StateList],
        now: Callable[[], Moment],
        quality: Callable[[], str],
    ) -> None:
        self._hall = hall
        self._keys = keys
        self._states = states
        self._now = now
        self._quality = quality

    def check(self, text: str) -> Checked:
        try:
            shown = read_pass(text)
        except MalformedPass:
            return deny("malformed")
        keys = self._keys.newest()
        if keys is None:
            return manual("no_keys")
        key = keys.find(shown.kid, None)
        if key is None:
            return deny("unknown_key")
        if not _verify(key.public, shown.attested_by, shown.attested):
            return deny("signature")
        now = self._now()
        if not now.trusted or self._quality() == "none":
            return manual("no_clock")
        now_s = now.wall_ms // 1000
        if keys.find(shown.kid, now_s) is None:
            return deny("unknown_key")
        return self._times(shown, now_s) or self._state(shown, now_s)

    def _times(self, shown: PassCode, now_s: int) -> Checked | None:
        if now_s < shown.not_before_s - _AHEAD_S:
            return deny("not_yet")
        if now_s >= shown.expires_s:
            return deny("expired")
        if not 0 < shown.expires_s - shown.not_before_s <= _ATTESTED_S:
            return deny("malformed")
        if not _verify(Ed25519PublicKey.from_public_bytes(shown.device_key), shown.presented_by, shown.presented):
            return deny("signature")
        age_s = now_s - shown.issued_s
        if age_s < -_AHEAD_S:
            return deny("ahead")
        if age_s > _OLDEST_S:
            return deny("old_code")
        if shown.hall is not None and shown.hall != self._hall:
            return deny("other_hall")
        return None

    def _state(self, shown: PassCode, now_s: int) -> Checked:
        states = self._states.newest()
        if states is None:
            return manual("no_list")
        if not -_LIST_AHEAD_S <= now_s - states.as_of <= _LIST_AGE_S:
            return manual("list_stale")
        match states.subjects.get(shown.subject.hex(), "ACTIVE"):
            case "ACTIVE":
                return Checked(Verdict.ALLOW, "", shown.mark())
            case "REVOKED":
                return deny("revoked")
            case "SUSPENDED" | "CANCELLED" | "TRANSFERRING":
                return deny("not_active")
            case _:
                return manual("state_unknown")


def pass_check(
    hall: str, anchor: str, keys: str, revoked: str, now: Callable[[], Moment], quality: Callable[[], str]
) -> PassCheck:
    """The check of one hall; raises ValueError for an anchor that is no key."""
    trusted = public_key(anchor)
    return PassCheck(
        hall,
        SignedFile(Path(keys), "gate.keys", key_list, trusted),
        SignedFile(Path(revoked), "gate.revoked", state_list, trusted),
        now,
        quality,
    )


def _verify(public: Ed25519PublicKey, signature: bytes, what: bytes) -> bool:
    try:
        public.verify(signature, what)
    except InvalidSignature:
        return False
    return True
