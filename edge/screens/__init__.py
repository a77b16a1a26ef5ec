"""The hall's pages and its HTTP interface (contract section 2): who asks, in which words; the rules are elsewhere."""

from edge.screens.app import build_app
from edge.screens.pads import pad_link
from edge.screens.server import PageServer

__all__ = ["PageServer", "build_app", "pad_link"]
