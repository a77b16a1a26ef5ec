"""What the example district and its places did in the two months before this one, by the codes of the form.

The sums of the form hold: who was done by class, by place and by rating; cases that were open go on in the next month.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulators.demo.posts import DISTRICT

ROOM: Final = {"A52": 23, "B02": 9, "B16": 4, "B17": 5, "B31": 9}
_WUTONG: Final = {
    "A10": 412, "A11": 386, "A12": 18, "A13": 5, "A14": 3, "A17": 96, "A20": 7, "A21S": 236_000, "A22S": 352_000,
    "A23": 11, "A30": 260, "A31": 58, "A32": 40, "A33": 28, "A51": 386, "B02": 240, "B11": 80, "B13": 70, "B16": 40,
    "B17": 30, "B22": 20, "B31": 180, "B33": 60, "D02": 12, "D03": 9, "D04": 1, "D05": 4, "D06": 6, "D07": 3,
    "D21": 4, "D22": 5, "D26": 3, "P01": 386, "P02": 300, "P03": 240, "P04": 48, "P05": 9, "P06": 2, "P07": 1,
    "P12": 3, "P13": 2,
}  # fmt: skip
_MATOU: Final = {
    "A10": 268, "A11": 251, "A12": 12, "A13": 5, "A17": 70, "A21S": 181_000, "A22S": 230_000, "A30": 190, "A31": 31,
    "A32": 30, "A51": 251, "B02": 170, "B11": 60, "B13": 60, "B17": 50, "B31": 170, "D02": 16, "D03": 12, "D05": 8,
    "D06": 12, "D22": 9, "D23": 7, "P01": 251, "P02": 190, "P03": 150, "P04": 34, "P05": 6,
}  # fmt: skip
_CENTRE: Final = {
    "A10": 1260, "A11": 1198, "A12": 40, "A13": 14, "A14": 8, "A15": 130, "A17": 288, "A18": 12, "A21S": 980_000,
    "A22S": 1_250_000, "A23": 47, "A30": 620, "A31": 310, "A32": 96, "A33": 120, "A34": 52, "A50": 1198, "B02": 560,
    "B11": 150, "B12": 40, "B13": 170, "B14": 60, "B16": 80, "B17": 40, "B22": 20, "B31": 420, "B33": 140, "C02": 26,
    "C04": 1, "C05": 19, "C06": 3, "C10": 6, "C14": 4, "C15": 14, "C16": 1, "C18": 1, "C20": 18, "C21": 19, "C22": 6,
    "C24": 5, "C29": 6, "C30": 12, "C37": 20, "P01": 1198, "P02": 903, "P03": 702, "P04": 160, "P05": 30, "P06": 8,
    "P07": 3, "P12": 11, "P13": 9,
}  # fmt: skip
STAFF: Final = {"A06": "14", "K01": "9", "K02": "22", "K03": "4", "K04": "15"}
_COUNTED: Final[Mapping[str, Mapping[str, int]]] = {"wutong": _WUTONG, "matou": _MATOU, DISTRICT: _CENTRE}
# By how much the month before it was quieter, and how much was still open at its end.
_QUIETER: Final = {
    "A10": 30, "A11": 30, "A30": 30, "A50": 30, "A51": 30, "B02": 20, "B11": 20, "B31": 20, "P01": 30, "P02": 15,
    "P03": 15,
}  # fmt: skip
_STILL_OPEN: Final = {"wutong": {"D05": 2}, "matou": {"D05": 4}, DISTRICT: {"C10": 3}}


def counted(unit: str, *, last: bool) -> dict[str, int]:
    """A unit's own counts of the last month, or of the one before it."""
    figures = _COUNTED[unit]
    if last:
        return dict(figures)
    return {code: count - _QUIETER.get(code, 0) for code, count in figures.items()} | _STILL_OPEN[unit]
