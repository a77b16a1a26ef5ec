"""The slip as paper: number, class, time, people ahead, honest wait, a code for the phone. Never a name or an ID."""

from __future__ import annotations

from drivers.ticket_printer.slip import Feed, Part, Qr, Rule, Text
from hall.plan import Plan
from hall.queue.words import PrintSlip
from hall_config.wording import clock_words, date_words, say


def slip_parts(slip: PrintSlip, plan: Plan, public_url: str | None) -> tuple[Part, ...]:
    """What the printer is asked to print, Chinese first."""
    service = plan.service(slip.service)
    name_zh, name_en = (service.name_zh, service.name_en) if service else (slip.service, slip.service)
    date, time = date_words(slip.issued_wall_ms), clock_words(slip.issued_wall_ms)
    parts: list[Part] = [
        Text(plan.name_zh, align="center", high=2),
        Text(plan.name_en, align="center"),
        Rule(),
        Text(say("slip.number") + "  " + say("slip.number", "en"), align="center"),
        Text(slip.number, align="center", wide=4, high=4),
        Text(name_zh, align="center", wide=2, high=2),
        Text(name_en, align="center"),
        Rule(),
        Text(say("slip.ahead", count=slip.ahead)),
        Text(_wait(slip.estimated_wait_s)),
        Text(say("slip.time", date=date, time=time)),
    ]
    if slip.reprint:
        parts.append(Text(say("slip.reprint") + " " + say("slip.reprint", "en")))
    if public_url:
        parts += [Feed(1), Qr(f"{public_url.rstrip('/')}/t/{slip.token}"), Text(say("slip.scan"), align="center")]
    parts += [
        Rule(),
        Text(say("slip.missed"), align="center", high=2),
        Text(say("slip.missed", "en"), align="center"),
        Text(say("slip.valid"), align="center"),
        Feed(3),
    ]
    return tuple(parts)


def _wait(estimated_s: int | None) -> str:
    if estimated_s is None:
        return say("slip.wait_unknown")
    minutes = -(-estimated_s // 60)
    return say("slip.no_wait") if minutes == 0 else say("slip.wait", minutes=minutes)
