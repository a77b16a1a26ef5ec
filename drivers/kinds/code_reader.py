"""A code reader: what it read is untrusted text from a stranger's phone."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.driver import Order, Report


@dataclass(frozen=True, slots=True)
class CodeScanned(Report):
    """One code, without its line end and its AIM id. Never in a log, a path or a statement: a pass is a secret."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeRefused(Report):
    """Something was read that cannot be a code. Codes: too_long, control_characters, not_text."""

    code: str


@dataclass(frozen=True, slots=True)
class Scan(Order):
    """Begin to look for one code (readers that must be triggered); ``on`` False ends it."""

    on: bool = True
