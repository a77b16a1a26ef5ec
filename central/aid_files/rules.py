"""How much may be kept, of what, and from whom."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 8 * 1024 * 1024  # a file as it comes
MOST_PAGES: Final = 30  # a PDF
MOST_FILES: Final = 60  # a case
MOST_PIXELS: Final = 50_000_000  # a picture as it comes: a telephone's best
LONGEST_SIDE: Final = 3000  # a picture as it is kept: A4 at 250 dots an inch
LONGEST_SIGNATURE: Final = 1200


class FileKind(StrEnum):
    """What a file is to its case; words under ``central.aid_file``."""

    PAPER = "PAPER"
    SIGNATURE = "SIGNATURE"
    JUDGMENT = "JUDGMENT"
    AGREEMENT = "AGREEMENT"
    REPORT = "REPORT"
    EVIDENCE = "EVIDENCE"
    LETTER = "LETTER"


class Source(StrEnum):
    """Where a file came from; words under ``central.aid_file_source``."""

    DESK = "DESK"
    CAMERA = "CAMERA"
    APPLICANT = "APPLICANT"
    FIRM = "FIRM"
    ORGAN = "ORGAN"


OF_APPLICANTS: Final = frozenset({FileKind.PAPER, FileKind.EVIDENCE, FileKind.SIGNATURE})
OF_FIRMS: Final = frozenset(FileKind) - {FileKind.SIGNATURE}
