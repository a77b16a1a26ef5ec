"""Templates filled: a page's words in both languages and its facts in one block of data, which its script reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hall.plan import Plan
from hall.refusal import Code
from hall_config.wording import LANGUAGES, Language, say, section

TEMPLATES: Final = Path(__file__).parent / "templates"
_SECTIONS: Final = {
    "machine": ("priority", "card", "stop", "help"),
    "window": ("window_state", "ticket_state", "priority", "pause", "gate_state", "jump_reason", "record", "aid"),
    "application": ("aid",),
    "pad": ("grade", "bad_reason"),
    "display": ("window_state", "ticket_state", "pause", "stopped"),
    "ticket": ("ticket_state", "grade", "bad_reason", "pad"),
    "index": ("window_state",),
    "publicity": (),
    "kiosk": ("ticket_state", "grade", "aid", "help", "priority", "stop", "machine"),
    "desk": ("gate_state", "gate_result", "notice_fate", "screen_power"),
    "guide": ("priority", "ticket_state", "window_state", "pause", "alarm", "stop", "half"),
    "setup": (),
    "health": (),
}
_environment = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def draw_page(
    page: str, language: Language, plan: Plan, assets: str, facts: dict[str, Any], status: int = 200, **shown: Any
) -> HTMLResponse:
    """One page. ``facts`` are for its script and its template, ``shown`` for the template alone."""
    words = {known: _words_of(page, known) for known in LANGUAGES}
    data = {
        "page": page,
        "language": language,
        "assets": assets,
        "words": words,
        "hall": {"id": plan.hall, "zh": plan.name_zh, "en": plan.name_en},
        "services": {item.letter: {"zh": item.name_zh, "en": item.name_en} for item in plan.services},
        "windows": [
            {
                "number": item.number,
                "zh": item.name_zh,
                "en": item.name_en,
                "services": item.services,
                "room": item.room,
                "closed": item.closed,
            }
            for item in plan.windows
        ],
        **facts,
    }
    here = _Words(words[language])
    html = _environment.get_template(f"{page}.html").render(data=data, w=here, lang=language, **facts, **shown)
    return HTMLResponse(html, status)


def draw_error(status: int, code: str, trace: str) -> HTMLResponse:
    """A page for people who came to a wrong address, in both languages."""
    key = f"refusal.{code}" if code in Code.__members__ else f"pages.error.{code}"
    said = {known: {"title": say("pages.error.title", known), "words": say(key, known)} for known in LANGUAGES}
    return HTMLResponse(_environment.get_template("error.html").render(said=said, trace=trace), status)


class _Words:
    """``{{ w("machine.title") }}``: the words, in an element that the page's script can translate."""

    def __init__(self, words: dict[str, str]) -> None:
        self._words = words

    def __call__(self, key: str) -> Markup:
        return Markup('<span data-w="{}">{}</span>').format(key, self._words[key])

    def plain(self, key: str) -> str:
        return self._words[key]


def _words_of(page: str, language: Language) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("common", page, *_SECTIONS[page]):
        told = section(f"pages.{name}", language) or section(name, language)  # the rules' own words stand by themselves
        found |= {f"{name}.{key}": words for key, words in told.items()}
    return found
