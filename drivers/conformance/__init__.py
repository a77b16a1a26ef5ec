"""The conformance kit: what every driver must do, as checks with stable ids. ``pytest --driver NAME`` runs them.

Knows manifests, lines and the other side of a line (`counterpart`). Must not know any protocol. See docs/drivers.md.
"""
