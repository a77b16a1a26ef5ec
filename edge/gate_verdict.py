"""What became of a pass that was shown: a verdict, the code of its reason, and the mark of this one showing."""

from __future__ import annotations

from dataclasses import dataclass

from hall.gate.words import Verdict


@dataclass(frozen=True, slots=True)
class Checked:
    """``reason`` is empty when it is allowed; ``mark`` is empty when it is not."""

    verdict: Verdict
    reason: str = ""
    mark: str = ""


def deny(reason: str) -> Checked:
    """The pass is not good."""
    return Checked(Verdict.DENY, reason)


def manual(reason: str) -> Checked:
    """The fault is ours: staff look at the person."""
    return Checked(Verdict.MANUAL, reason)


class NoCheck:
    """A hall that believes nobody's signatures: every pass is left to the staff."""

    def check(self, text: str) -> Checked:
        return manual("no_keys")
