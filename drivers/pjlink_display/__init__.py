"""Projectors and big screens by PJLink class 1: what a line carries (codec), when what is asked (driver)."""

from drivers.driver import Manifest
from drivers.kind import Kind
from drivers.pjlink_display.codec import Command, Greeting, Parser, PasswordRefused, Reply
from drivers.pjlink_display.driver import OPTIONS, PjlinkDisplay, Screen, open_channel

__all__ = [
    "MANIFEST",
    "Command",
    "Greeting",
    "Parser",
    "PasswordRefused",
    "PjlinkDisplay",
    "Reply",
    "Screen",
    "open_channel",
]

MANIFEST = Manifest(
    name="pjlink-display",
    version="1",
    capabilities=("power", "input"),
    default_baud=9600,
    open_channel=open_channel,
    build=PjlinkDisplay,
    kind=Kind.DISPLAY,
    options=OPTIONS,
    ports=("network",),
    repeatable=frozenset({"SwitchDisplay", "SelectInput"}),
)
