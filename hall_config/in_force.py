"""When a change of a hall file takes effect while its controller runs: at once, in an empty hall, or at a restart."""

from __future__ import annotations

from typing import Final

AT_ONCE: Final = ("device", "line", "gpio", "speech", "contact", "displays", "publicity", "content", "guide_slips")
IN_AN_EMPTY_HALL: Final = ("rules", "opening", "rest_day", "work_day", "priority", "service", "window")
