"""Devices and controllers over time: what failed how long, when a hall could be reached, which version runs where."""
