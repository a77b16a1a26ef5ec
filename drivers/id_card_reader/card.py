"""One card that was read. Its text lives in one buffer that can be wiped; nothing of it shows by accident.

Whoever is given a card takes from it what the purpose needs and calls ``wipe``. The photo and fingerprints never
come this far. What cannot be helped: strings that were taken out stay in memory until Python reuses their place.
"""

from __future__ import annotations

from typing import NoReturn

from drivers.id_card_reader.card_text import CardKind, check, field_of, is_date, normal_number


class IdCard:
    """A read card. Raises `Unreadable` when the text cannot be relied on; the buffer is this card's own from then."""

    __slots__ = ("_text", "_wiped", "kind")

    def __init__(self, text: bytearray) -> None:
        self._text = text
        self._wiped = False
        try:
            self.kind: CardKind = check(text)
        except ValueError:
            self.wipe()
            raise

    @property
    def number(self) -> str:
        """18 characters, or 15 on a foreigner's card of 2017."""
        return normal_number(self.field("number"))

    @property
    def birth(self) -> str | None:
        """YYYYMMDD, always a day of the calendar."""
        birth = self.field("birth")
        return birth if is_date(birth) else None

    @property
    def name(self) -> str:
        """The Chinese name, or the Latin one where there is no other."""
        return self.field("name") or self.name_latin

    @property
    def name_latin(self) -> str:
        """Empty on cards that have none."""
        return self.field("name_latin") + self.field("name_latin_rest")

    def field(self, name: str) -> str:
        """Any field of `LAYOUTS`; empty where this kind of card has none."""
        if self._wiped:
            raise RuntimeError("this card was wiped: take what is needed before")
        return field_of(self._text, self.kind, name)

    def wipe(self) -> None:
        """Zero the text; twice is fine."""
        self._text[:] = bytes(len(self._text))
        self._wiped = True

    @property
    def wiped(self) -> bool:
        return self._wiped

    def __repr__(self) -> str:
        return "IdCard(wiped)" if self._wiped else f"IdCard({self.kind.value})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a card is not copied, pickled or stored")

    def __del__(self) -> None:
        self.wipe()
