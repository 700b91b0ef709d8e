"""A post's card as a picture (PNG) for a group chat, drawn with a Chinese font of the system; without one there is the page to print."""

from __future__ import annotations

import functools
import io
import shutil
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

# Pixels: three to four, as a phone shows a picture of a chat whole.
WIDTH, HEIGHT, MARGIN = 1080, 1440, 80
HEAD, CODE, FOOT = 150, 420, 130
GREEN, INK, QUIET, WHITE = "#067d40", "#111111", "#5c5c5c", "#ffffff"
# Lines of a title, and of each line below it.
TITLE_LINES, LINE_LINES = 3, 2


class Font(NamedTuple):
    """A font's file, and which of the faces in it."""

    file: str
    face: int


class Said(NamedTuple):
    """The words on it."""

    head: str
    title: str
    lines: Sequence[str]
    foot: str


@functools.cache
def font(*, bold: bool = False) -> Font | None:
    """The system's font for simplified Chinese as fontconfig chooses it; None where none is installed."""
    tool = shutil.which("fc-match")
    if tool is None:
        return None
    wanted = f":lang=zh-cn:weight={'bold' if bold else 'regular'}"
    found = subprocess.run([tool, "-f", "%{file}\t%{index}\t%{lang}", wanted], capture_output=True, text=True, check=False)
    file, _, rest = found.stdout.partition("\t")
    index, _, languages = rest.partition("\t")
    # Without a fitting font fontconfig names another one.
    return Font(file, int(index)) if file and index.isdecimal() and "zh-cn" in languages.split("|") else None


def drawn(said: Said, link: str, chinese: Font, heavy: Font) -> bytes:
    """The card with a QR code of the link."""
    # Here, since only this needs it.
    from PIL import Image, ImageDraw

    card = Image.new("RGB", (WIDTH, HEIGHT), WHITE)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, WIDTH, HEAD), fill=GREEN)
    _centred(pen, said.head, HEAD // 2 - 30, _face(heavy, 48), WHITE)
    top = HEAD + 70
    title, plain = (said.title, _face(heavy, 76), TITLE_LINES), _face(chinese, 46)
    for text, face, most in (title, *((line, plain, LINE_LINES) for line in said.lines)):
        for line in wrapped(text, face, most):
            if top + face.size > HEIGHT - CODE - FOOT:
                break
            _centred(pen, line, top, face, INK)
            top += int(face.size * 1.4)
        top += 12
    code = _code(link)
    card.paste(code, ((WIDTH - code.width) // 2, HEIGHT - CODE - FOOT))
    _centred(pen, said.foot, HEIGHT - 96, _face(chinese, 34), QUIET)
    out = io.BytesIO()
    card.save(out, "PNG", optimize=True)
    return out.getvalue()


def wrapped(text: str, face: FreeTypeFont, most: int) -> list[str]:
    """A text in lines that are no wider than the card, at most so many; what is too long ends with dots."""
    lines, line, room = [], "", WIDTH - 2 * MARGIN
    for character in text:
        if face.getlength(line + character) > room:
            lines.append(line)
            line = ""
        line += character
    lines += [line] if line else []
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]


def _face(chosen: Font, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(chosen.file, size, index=chosen.face)


def _centred(pen: Any, text: str, top: int, face: FreeTypeFont, colour: str) -> None:
    pen.text(((WIDTH - face.getlength(text)) / 2, top), text, font=face, fill=colour)


def _code(link: str) -> Any:
    """The QR code, each of its modules as many whole pixels as there is room for."""
    import segno
    from PIL import Image

    made, out = segno.make(link, error="m", micro=False), io.BytesIO()
    made.save(out, kind="png", scale=CODE // made.symbol_size(border=2)[0], border=2)
    out.seek(0)
    return Image.open(out).convert("RGB")
