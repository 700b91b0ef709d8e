"""The public board at `/board`: what was asked, decided and done in a community, for anybody, to read on a phone or to print."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from channels.web import page
from domain.council.board import Board
from domain.traditional import TRADITIONAL, traditional

# Code and name of every community; and one community's board by its code, None where there is none.
Places = Callable[[], Sequence[tuple[str, str]]]
Look = Callable[[str], Board | None]
# What the topics, states and purses are called.
Words = Mapping[str, str]

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # A minute old is new enough for a notice board, and a crowd costs one look.
    "Cache-Control": "public, max-age=60",
    "Vary": "Accept-Language, Cookie",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
_LONGEST = 60  # of a community's code


def yuan(fen: int) -> str:
    """Fen as people write money: 1,250 or 35.50."""
    return f"{fen // 100:,}" if fen % 100 == 0 else f"{fen / 100:,.2f}"


class BoardPages:
    """`words` are the labels, by `topic_…`, `state_…`, `paid_…`; the two looks read the store and run beside the loop."""

    def __init__(self, places: Places, look: Look, words: Words) -> None:
        self._places = places
        self._look = look
        self._words = words

    def routes(self) -> list[BaseRoute]:
        """`/board` chooses a community, `/board/CODE` is its board."""
        return [Route("/board", self._choose), Route("/board/{code}", self._board)]

    async def _choose(self, request: Request) -> Response:
        places = await asyncio.to_thread(self._places)
        if len(places) == 1:
            return RedirectResponse(f"/board/{places[0][0]}", status_code=303)
        return self._page(request, "boards.html", places=places)

    async def _board(self, request: Request) -> Response:
        code = request.path_params["code"]
        page = await asyncio.to_thread(self._look, code) if len(code) <= _LONGEST else None
        if page is None:
            return PlainTextResponse("没有这个社区的公开栏", status_code=404, headers=_HEADERS)
        return self._page(request, "board.html", board=page)

    def _page(self, request: Request, name: str, **values: object) -> Response:
        language = page.language_of(request.cookies, request.headers)
        html = page.versioned(_templates().get_template(name).render(words=self._words, **values))
        if language == TRADITIONAL:
            html = traditional(html).replace('lang="zh-Hans"', 'lang="zh-Hant"', 1)
        return Response(html, media_type="text/html", headers=_HEADERS)


@functools.cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["yuan"] = yuan
    return environment
