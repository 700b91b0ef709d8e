"""The page and its files: one HTML page in two scripts, and static files that a browser keeps by what is in them."""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "page"
# The colours and letters that the desk shares.
TOKENS = FOLDER / "tokens.css"
_STATIC = {
    "board.css": "text/css",
    "chat.css": "text/css",
    "chat.js": "text/javascript",
    "line.js": "text/javascript",
    "log.js": "text/javascript",
    "picture.js": "text/javascript",
    "replies.js": "text/javascript",
    "text.js": "text/javascript",
    "tokens.css": "text/css",
    "unsent.js": "text/javascript",
    "visit.css": "text/css",
    "visit.js": "text/javascript",
    "visit_form.js": "text/javascript",
    "visit_kept.js": "text/javascript",
    "visit_relevant.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "icon-192.png": "image/png",
    "icon-512.png": "image/png",
    "manifest.webmanifest": "application/manifest+json",
}
# Where a script imports another one, and where a page names a file.
_IMPORT = re.compile(rb"(from '\./[a-z_]+\.js)(')")
_NAMED = re.compile(r'((?:href|src)="/static/[a-z0-9._-]+)(")')
_NOSNIFF = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_PAGE_HEADERS = _NOSNIFF | {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


# The menu at the bottom: what each column is called, and its entries by name and choice.
Menu = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def page(language: str, menu: Menu = ()) -> Response:
    """The chat page in Simplified (`zh`) or Traditional (`zh-Hant`) characters, with the menu at its bottom."""
    return Response(_html(language, menu), media_type="text/html", headers=_PAGE_HEADERS)


def _drawn(menu: Menu) -> str:
    """Columns that open one at a time, also without a script."""
    columns = []
    for name, entries in menu:
        buttons = "".join(f'<button type="button" data-choice="{escape(choice)}">{escape(label)}</button>' for label, choice in entries)
        columns.append(f'<details name="menu"><summary>{escape(name)}</summary><div>{buttons}</div></details>')
    return f'<nav id="menu" aria-label="菜单">{"".join(columns)}</nav>' if columns else ""


def visits() -> Response:
    """The worker's page: the same for everybody, since what it shows comes by itself and is kept by the browser."""
    return Response(versioned((FOLDER / "visit.html").read_text("utf-8")), media_type="text/html", headers=_PAGE_HEADERS)


async def visit_worker(_request: Request) -> Response:
    """The script that keeps the worker's page usable without network; it stands below /visits, since it may serve only what is below it."""
    content, etag = _file("visit_worker.js")
    headers = _NOSNIFF | {"Cache-Control": "no-cache", "ETag": etag, "Service-Worker-Allowed": "/visits"}
    return Response(content, media_type="text/javascript", headers=headers)


async def static(request: Request) -> Response:
    """One of the page's own files; 304 where the browser's copy is still right."""
    name = request.path_params["name"]
    if name not in _STATIC:
        raise HTTPException(404)
    content, etag = _file(name)
    kept = "public, max-age=31536000, immutable" if request.query_params.get("v") == _version() else "no-cache"
    headers = _NOSNIFF | {"Cache-Control": kept, "ETag": etag, "Vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if len(_packed(name)) < len(content) and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(_packed(name), media_type=_STATIC[name], headers=headers | {"Content-Encoding": "gzip"})
    return Response(content, media_type=_STATIC[name], headers=headers)


def language_of(cookies: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """`zh-Hant` where she chose it on the page, or made no choice and her browser asks for it; else `zh`."""
    if chosen := cookies.get("language"):
        return "zh-Hant" if chosen == "zh-Hant" else "zh"
    first = headers.get("accept-language", "").split(",")[0].lower()
    return "zh-Hant" if first.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")) else "zh"


@functools.cache
def _html(language: str, menu: Menu) -> str:
    html = versioned((FOLDER / "page.html").read_text("utf-8")).replace("<!-- menu -->", _drawn(menu))
    if language != "zh-Hant":
        return html
    # Imported here because its tables take 50 ms to load, and most pages are Simplified.
    from opencc import OpenCC

    converted: str = OpenCC("s2t").convert(html)
    return converted.replace('lang="zh-Hans"', 'lang="zh-Hant"', 1)


@functools.cache
def _file(name: str) -> tuple[bytes, str]:
    content = (FOLDER / name).read_bytes()
    if name.endswith(".js"):
        content = _IMPORT.sub(rb"\1?v=" + _version().encode() + rb"\2", content)
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'


@functools.cache
def _packed(name: str) -> bytes:
    return gzip.compress(_file(name)[0], 9, mtime=0)


@functools.cache
def _version() -> str:
    """One hash of all files: an address with it never shows anything else."""
    whole = hashlib.sha256()
    for name in sorted(_STATIC):
        whole.update((FOLDER / name).read_bytes())
    return whole.hexdigest()[:16]


def versioned(html: str) -> str:
    return _NAMED.sub(rf"\1?v={_version()}\2", html)
