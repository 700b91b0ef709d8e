"""What a browser sent: of so many bytes at most, and from no page but ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.datastructures import FormData, ImmutableMultiDict, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from bot.desk.page import Fields

# Bytes of a form without files, and of its fields.
FORM = 65_536


async def form_of(request: Request, *, most: int = FORM) -> Fields:
    """The fields of a form. Raises HTTPException 413 for more bytes, 400 for what is no form."""
    size = 0

    async def receive() -> Any:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > most:
            raise HTTPException(413)
        return message

    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > most:
        raise HTTPException(413)
    try:
        given: FormData = await Request(request.scope, receive).form(max_files=1, max_fields=600, max_part_size=most)
    except (MultiPartException, UnicodeDecodeError):
        raise HTTPException(400) from None
    try:
        return await _fields(given.multi_items())
    finally:
        await given.close()


async def _fields(items: Iterable[tuple[str, UploadFile | str]]) -> Fields:
    """Words beside files, with what each file is called."""
    words, files, names = [], {}, {}
    for name, value in items:
        if isinstance(value, str):
            words.append((name, value))
        else:
            files[name], names[name] = await value.read(), value.filename or ""
    return Fields(ImmutableMultiDict(words), files, names)
