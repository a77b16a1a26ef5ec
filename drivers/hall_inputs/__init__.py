"""What hangs on single pins: the hall's help button with its lamp, and the door contact (README.md)."""

from drivers.driver import Manifest
from drivers.hall_inputs.driver import DoorContact, HelpButton, build_button, build_contact
from drivers.hall_inputs.pins import Pins, open_channel
from drivers.kind import Kind

__all__ = [
    "BUTTON",
    "CONTACT",
    "DoorContact",
    "HelpButton",
    "Pins",
    "open_channel",
]

BUTTON = Manifest(
    name="gpio-button",
    version="1",
    capabilities=("press", "lamp"),
    default_baud=0,
    open_channel=open_channel,
    build=build_button,
    kind=Kind.BUTTON,
    ports=("gpio",),
    repeatable=frozenset({"LightLamp"}),
)
CONTACT = Manifest(
    name="gpio-contact",
    version="1",
    capabilities=("contact",),
    default_baud=0,
    open_channel=open_channel,
    build=build_contact,
    kind=Kind.CONTACT,
    ports=("gpio",),
)
