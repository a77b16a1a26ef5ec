"""The small language of computed fields and checks: ``C01 + C02 = C03 + C10``, ``sum(B11:B22)``, ``last(C10)``.

A formula is read once into a tree. The same tree gives the figure, the check, the formula of a spreadsheet and the
words of the documentation, so that all four say the same.

    rule       = [comparison "->"] comparison      a condition, and what must hold then
    comparison = sum ( ("=" | "<=" | ">=" | "<" | ">") sum )+
    sum        = product ( ("+" | "-") product )*
    product    = atom ( ("*" | "/") atom )*
    atom       = number | code | "sum(" code ":" code ")" | "last(" code ")" | "(" sum ")"

What cannot be known (a division by nothing, a figure of a period that is not there) is None, and so is everything that
is made of it; a comparison with None neither holds nor fails.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

Figure = Fraction | None
_TOKEN: Final = re.compile(r"\s*(->|<=|>=|[-+*/()=<>:]|[0-9]+(?:\.[0-9]+)?|[a-z]+|[A-Z][0-9]+[A-Z]?)")
_SUMS: Final = {"+": operator.add, "-": operator.sub}
_HOLDS: Final[Mapping[str, Callable[[Fraction, Fraction], bool]]] = {
    "=": operator.eq, "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip


class FormulaError(ValueError):
    """A formula that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of this period, or of the one before."""

    code: str
    last: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a run of fields."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """``sign`` is one of ``+ - * /``."""

    sign: str
    left: Term
    right: Term


Term = Number | Cell | Total | Pair


@dataclass(frozen=True, slots=True)
class Comparison:
    """``terms`` with ``signs`` between them, each of which has to hold."""

    terms: tuple[Term, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """``claim`` must hold; where there is a ``condition``, only if that holds."""

    claim: Comparison
    condition: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a formula is worked out over: a period, and the one before."""

    now: Mapping[str, Figure]
    before: Mapping[str, Figure]


# --- reading ------------------------------------------------------------------------------------------------


def read_term(text: str, codes: Sequence[str]) -> Term:
    """Raises `FormulaError`. ``codes`` in the order of the form: what ``sum(B11:B22)`` runs over."""
    reader = _Reader(text, codes)
    term = reader.sum()
    reader.end()
    return term


def read_rule(text: str, codes: Sequence[str]) -> Rule:
    """Raises `FormulaError`."""
    reader = _Reader(text, codes)
    first = reader.comparison()
    rule = Rule(reader.comparison(), first) if reader.takes("->") else Rule(first)
    reader.end()
    return rule


class _Reader:
    def __init__(self, text: str, codes: Sequence[str]) -> None:
        self._text = text
        self._codes = codes
        self._tokens: list[str] = []
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None:
                raise FormulaError(f"{text!r}: nothing is written like this at character {place + 1}")
            self._tokens.append(found[1])
            place = found.end()
        self._tokens.reverse()

    def comparison(self) -> Comparison:
        terms, signs = [self.sum()], []
        while self._tokens and self._tokens[-1] in _HOLDS:
            signs.append(self._tokens.pop())
            terms.append(self.sum())
        if not signs:
            raise self._wrong("a comparison")
        return Comparison(tuple(terms), tuple(signs))

    def sum(self) -> Term:
        return self._pairs("+-", lambda: self._pairs("*/", self._atom))

    def _pairs(self, signs: str, part: Callable[[], Term]) -> Term:
        term = part()
        while self._tokens and self._tokens[-1] in signs:
            term = Pair(self._tokens.pop(), term, part())
        return term

    def _atom(self) -> Term:
        piece = self._tokens.pop() if self._tokens else ""
        if piece[:1].isdigit():
            return Number(Fraction(piece))
        if piece == "(":
            term = self.sum()
            self._take(")")
            return term
        if piece == "sum":
            self._take("(")
            first = self._code()
            self._take(":")
            run = self._codes[self._codes.index(first) : self._codes.index(self._code()) + 1]
            self._take(")")
            if not run:
                raise self._wrong("a run of fields from first to last")
            return Total(tuple(run))
        if piece == "last":
            self._take("(")
            code = self._code()
            self._take(")")
            return Cell(code, last=True)
        self._tokens.append(piece)
        return Cell(self._code())

    def _code(self) -> str:
        piece = self._tokens.pop() if self._tokens else ""
        if piece not in self._codes:
            raise self._wrong("a field of the form", piece)
        return piece

    def takes(self, piece: str) -> bool:
        """Whether that comes next; then it is taken."""
        if self._tokens[-1:] != [piece]:
            return False
        self._tokens.pop()
        return True

    def _take(self, piece: str) -> None:
        if not self.takes(piece):
            raise self._wrong(piece)

    def end(self) -> None:
        if self._tokens:
            raise self._wrong("the end")

    def _wrong(self, wanted: str, found: str | None = None) -> FormulaError:
        found = found if found is not None else (self._tokens or [""])[-1]
        return FormulaError(f"{self._text!r}: {wanted} is expected where {found or 'the end'!r} stands")


# --- working out --------------------------------------------------------------------------------------------


def worked_out(term: Term, over: Figures) -> Figure:
    """The exact figure, or None where it cannot be known."""
    match term:
        case Number():
            return term.value
        case Cell():
            return (over.before if term.last else over.now).get(term.code)
        case Total():
            parts = [over.now.get(code) for code in term.codes]
            known = [part for part in parts if part is not None]
            return sum(known, Fraction()) if len(known) == len(parts) else None
        case Pair():
            left, right = worked_out(term.left, over), worked_out(term.right, over)
            if left is None or right is None:
                return None
            if term.sign == "/":
                return left / right if right else None
            return left * right if term.sign == "*" else _SUMS[term.sign](left, right)


@dataclass(frozen=True, slots=True)
class Breach:
    """The two sides that do not go together, in a comparison that must hold."""

    left: Term
    sign: str
    right: Term
    left_is: Fraction
    right_is: Fraction


def breaches(rule: Rule, over: Figures) -> list[Breach]:
    """What does not hold. Nothing, where the condition does not hold or cannot be known."""
    if rule.condition is not None and not _holds(rule.condition, over):
        return []
    return [
        Breach(left, sign, right, left_is, right_is)
        for left, sign, right, left_is, right_is in _sides(rule.claim, over)
        if left_is is not None and right_is is not None and not _HOLDS[sign](left_is, right_is)
    ]


def _holds(comparison: Comparison, over: Figures) -> bool:
    return all(
        left_is is not None and right_is is not None and _HOLDS[sign](left_is, right_is)
        for _, sign, _, left_is, right_is in _sides(comparison, over)
    )


def _sides(comparison: Comparison, over: Figures) -> list[tuple[Term, str, Term, Figure, Figure]]:
    """A chain of equals is held against its first term; any other sign against its neighbour."""
    values = [worked_out(term, over) for term in comparison.terms]
    all_equal = set(comparison.signs) == {"="}
    found = []
    for place, sign in enumerate(comparison.signs):
        left = 0 if all_equal else place
        found.append((comparison.terms[left], sign, comparison.terms[place + 1], values[left], values[place + 1]))
    return found


def codes_in(term: Term) -> tuple[Cell, ...]:
    """The fields a term is made of."""
    match term:
        case Number():
            return ()
        case Cell():
            return (term,)
        case Total():
            return tuple(Cell(code) for code in term.codes)
        case Pair():
            return codes_in(term.left) + codes_in(term.right)


# --- saying -------------------------------------------------------------------------------------------------


def said(term: Term) -> str:
    """As it is written in a formula."""
    match term:
        case Number():
            return f"{float(term.value):g}"
        case Cell():
            return f"last({term.code})" if term.last else term.code
        case Total():
            return f"sum({term.codes[0]}:{term.codes[-1]})"
        case Pair():
            return f"{_inner(term.left, term.sign)} {term.sign} {_inner(term.right, term.sign, right=True)}"


def _inner(term: Term, sign: str, *, right: bool = False) -> str:
    loose = isinstance(term, Pair) and ((term.sign in "+-" and (sign in "*/" or right)) or (right and sign == "/"))
    return f"({said(term)})" if loose else said(term)
