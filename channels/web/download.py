"""/my-data/<token>: a page with one button, and behind the button her own file; a messenger that looks at links gets only the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

# By its token: the workbook of the person whose link this is, or None where the link is forged or too old.
Exports = Callable[[str], bytes | None]

_PAGE = Path(__file__).parent / "page" / "download.html"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
        found = await asyncio.to_thread(exports, token) if len(token) <= _TOKEN else None
        if found is None:
            return PlainTextResponse("这个网址过期了，请回去再点一次“存成文件”。", status_code=410, headers=_HEADERS)
        name = {"Content-Disposition": "attachment; filename=\"my-data.xlsx\"; filename*=UTF-8''%E6%88%91%E7%9A%84%E8%B5%84%E6%96%99.xlsx"}
        return Response(found, media_type=_XLSX, headers=_HEADERS | name)

    return Route("/my-data/{token}", download, methods=["GET", "POST"])
