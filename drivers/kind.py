"""The kinds of device that a hall has. What each is asked and tells stands in ``drivers/kinds``."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of device that a hall has; the value stands in manifests and on pages."""

    CARD_READER = "card-reader"
    PRINTER = "printer"
    SIGN = "sign"
    CALL_TERMINAL = "call-terminal"
    RELAYS = "relays"
    INPUTS = "inputs"
    SPEAKER = "speaker"
    BUTTON = "button"
    CONTACT = "contact"
    CODE_READER = "code-reader"
    CAMERA = "camera"
    DISPLAY = "display"
