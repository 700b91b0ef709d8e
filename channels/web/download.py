"""/my-data/<token>: a page with one button, and behind the button her own file; a messenger that looks at links gets only the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


class Download(NamedTuple):
    """A file, what it is called, and of what kind it is."""

    content: bytes
    name: str
    media_type: str


# By its token: the file that this link opens, or None where the link is forged or too old, or she may no longer have it.
Exports = Callable[[str], Download | None]

_PAGE = Path(__file__).parent / "page" / "download.html"
# WeChat's own browser takes no files.
_IN_WECHAT = "MicroMessenger"
_TOKEN = 300  # characters; ours are shorter
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}


def no_exports(_token: str) -> None:
    """For a bot that gives none."""


def route(exports: Exports) -> Route:
    """The address of all files. Making one reads from disk, so it runs beside the loop."""

    async def download(request: Request) -> Response:
        token = request.path_params["token"]
        if _IN_WECHAT in request.headers.get("user-agent", ""):
            return PlainTextResponse("微信里存不了文件。请点右上角的“…”，选“在浏览器打开”，再点“存成文件”。", headers=_HEADERS)
        if request.method != "POST":
            return Response(_PAGE.read_bytes(), media_type="text/html", headers=_HEADERS)
        file = await asyncio.to_thread(exports, token) if len(token) <= _TOKEN else None
        if file is None:
            return PlainTextResponse("这个网址过期了，请回去再点一次“存成文件”。", status_code=410, headers=_HEADERS)
        plain = f"my-data{Path(file.name).suffix}"
        name = {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}"}
        return Response(file.content, media_type=file.media_type, headers=_HEADERS | name)

    return Route("/my-data/{token}", download, methods=["GET", "POST"])
