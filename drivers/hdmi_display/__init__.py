"""Screens on the controller's own HDMI sockets: is one there, and is a picture sent to it (driver)."""

from drivers.driver import Manifest
from drivers.hdmi_display.driver import OPTIONS, Connector, HdmiDisplay, open_channel
from drivers.kind import Kind

__all__ = ["MANIFEST", "Connector", "HdmiDisplay", "open_channel"]

MANIFEST = Manifest(
    name="hdmi-display",
    version="1",
    capabilities=(),
    default_baud=0,
    open_channel=open_channel,
    build=HdmiDisplay,
    kind=Kind.DISPLAY,
    options=OPTIONS,
    ports=("drm", "file"),
)
