"""The slip as paper: number, class, time, people ahead, honest wait, a code for the phone. Never a name or an ID."""

from __future__ import annotations

from typing import Final

from drivers.kinds.slip import Feed, Part, Qr, Rule, Text
from hall.plan import Plan
from hall.queue.words import PrintSlip
from hall_config.wording import clock_words, date_words, say

_WIDE_CHARACTERS: Final = 11  # of two columns each, doubled, on 80 mm paper


def slip_parts(slip: PrintSlip, plan: Plan, public_url: str | None) -> tuple[Part, ...]:
    """What the printer is asked to print, Chinese first."""
    service = plan.service(slip.service)
    name_zh, name_en = (service.name_zh, service.name_en) if service else (slip.service, slip.service)
    date, time = date_words(slip.issued_wall_ms), clock_words(slip.issued_wall_ms)
    parts: list[Part] = [
        _heading(plan.name_zh),
        Text(plan.name_en, align="center"),
        Rule(),
        Text(say("slip.number") + "  " + say("slip.number", "en"), align="center"),
        Text(slip.number, align="center", wide=6, high=6),
        _heading(name_zh),
        Text(name_en, align="center"),
        Rule(),
        Text(_both("slip.ahead", count=slip.ahead)),
        Text(_wait(slip.estimated_wait_s)),
        Text(say("slip.time", date=date, time=time)),
    ]
    if slip.reprint:
        parts.append(Text(_both("slip.reprint")))
    if public_url:
        link = f"{public_url.rstrip('/')}/t/{slip.token}"
        parts += [Feed(1), Qr(link), Text(_both("slip.scan"), align="center")]
    parts += [
        Rule(),
        _heading(say("slip.missed")),
        Text(say("slip.missed", "en"), align="center"),
        Text(say("slip.valid"), align="center"),
        Feed(2),
    ]
    return tuple(parts)


def _heading(words: str) -> Text:
    """Twice as large where the paper has room for it, else taller only."""
    wide = 2 if len(words) <= _WIDE_CHARACTERS else 1
    return Text(words, align="center", wide=wide, high=2)


def _both(key: str, **params: object) -> str:
    return f"{say(key, 'zh', **params)}  {say(key, 'en', **params)}"


def _wait(estimated_s: int | None) -> str:
    if estimated_s is None:
        return _both("slip.wait_unknown")
    minutes = -(-estimated_s // 60)
    return _both("slip.no_wait") if minutes == 0 else _both("slip.wait", minutes=minutes)
