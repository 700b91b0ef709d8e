"""Draws pages: Jinja templates with everything escaped, times in local time, money in yuan, codes in words."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from channels.web.page import TOKENS
from domain.notices import LOCAL
from handlers.content import Content

FOLDER = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # A form is believed by its Origin, which no-referrer would take away.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}
STATIC = {"desk.css": "text/css", "desk.js": "text/javascript", TOKENS.name: "text/css"}


class Drawing:
    """The templates with what they may call."""

    def __init__(self, content: Content) -> None:
        loader = FileSystemLoader(FOLDER / "templates")
        self._templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self._templates.filters.update(moment=moment, day=day, clock=clock, yuan=yuan)
        self._templates.globals.update(
            words=content.phrases.say,
            words_or=content.phrases.texts.get,
            label=lambda kind, code: content.labels[kind].get(code, code),
            labels=content.labels,
            static=lambda name: f"/desk/static/{name}?v={version(name)}",
        )

    def page(self, template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
        """A whole page."""
        return Response(self.text(template, values), status_code=status, media_type="text/html", headers=HEADERS)

    def text(self, template: str, values: Mapping[str, Any]) -> str:
        """The page's HTML."""
        return self._templates.get_template(template).render(values)


def moment(at: datetime | None) -> str:
    """2026-11-24 10:00."""
    return "" if at is None else f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"


def day(at: date | datetime | None) -> str:
    """2026-11-24."""
    if at is None:
        return ""
    return f"{at.astimezone(LOCAL):%Y-%m-%d}" if isinstance(at, datetime) else f"{at:%Y-%m-%d}"


def clock(at: datetime | None) -> str:
    """10:00."""
    return "" if at is None else f"{at.astimezone(LOCAL):%H:%M}"


def yuan(fen: int | None) -> str:
    """Fen as yuan."""
    return "" if fen is None else f"{fen / 100:g}"


@functools.cache
def version(name: str) -> str:
    """What changes with a file's content."""
    return hashlib.sha256(_file(name).read_bytes()).hexdigest()[:12]


def _file(name: str) -> Path:
    return TOKENS if name == TOKENS.name else FOLDER / "static" / name


async def static(request: Request) -> Response:
    """One of the desk's own files; its address names its content, so a browser may keep it."""
    name = request.path_params["name"]
    if name not in STATIC:
        raise HTTPException(404)
    kept = "public, max-age=31536000, immutable" if request.query_params.get("v") == version(name) else "no-cache"
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": kept}
    return Response(_file(name).read_bytes(), media_type=STATIC[name], headers=headers)
