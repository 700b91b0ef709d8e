"""A picture that somebody sent: measured before it is decoded, and kept without what the phone wrote into it (place, time, device)."""

from __future__ import annotations

import io
import warnings

MOST_PIXELS = 24_000_000  # a phone's photo; decoded, it takes 72 MB
_FORMATS = ("PNG", "JPEG", "WEBP")


class NotAPicture(Exception):  # noqa: N818 - an answer to the page
    """It is no picture we take; `why` is shown to her."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def clean(content: bytes) -> bytes:
    """The picture without EXIF and other words inside, turned upright. Blocks: call it in a thread, one at a time. Raises NotAPicture."""
    # Imported here because most processes never see a picture.
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
        try:
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise NotAPicture(f"图片太大了，最多 {MOST_PIXELS // 1_000_000}00 万像素")
                kind = image.format or ""
                image.load()
                if kind == "PNG" and not image.getexif() and not getattr(image, "text", None):
                    return content
                written = io.BytesIO()
                upright = ImageOps.exif_transpose(image)
                bare = Image.new(upright.mode, upright.size)
                if upright.mode == "P":
                    bare.putpalette(upright.getpalette() or [])
                bare.paste(upright)
                bare.save(written, kind, quality=90)
                return written.getvalue()
        except Image.DecompressionBombError:
            raise NotAPicture(f"图片太大了，最多 {MOST_PIXELS // 1_000_000}00 万像素") from None
        except (OSError, SyntaxError, ValueError, EOFError):
            raise NotAPicture("这不是能看的图片，请发 JPG 或 PNG") from None
