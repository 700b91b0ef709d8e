"""The words of a screenshot, read on this machine by rapidocr (its models lie in the package): in a process of its own, within limits."""

from __future__ import annotations

import io
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib.util import find_spec

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
SECONDS = 30


def available() -> bool:
    """Whether the extra `ocr` is installed."""
    return find_spec("rapidocr") is not None


def text_of(picture: bytes) -> str:
    """The words of a picture, line by line. Raises ValueError, in Chinese, where it cannot be read."""
    if not available():
        raise ValueError("这里没有装识字的部件，请把招聘的文字发过来（管理员：pip install 'motherpost[ocr]'）")
    if len(picture) > MOST_BYTES:
        raise ValueError("图片太大了，请截小一点再发")
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    try:
        return pool.submit(_read, picture).result(timeout=SECONDS)
    except (TimeoutError, BrokenProcessPool):
        raise ValueError("这张图没认出字来，请把文字发过来") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _read(picture: bytes) -> str:
    from PIL import Image
    from rapidocr import RapidOCR

    try:
        with Image.open(io.BytesIO(picture)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValueError("图片太大了，请截小一点再发")
            image.load()
    except OSError:
        raise ValueError("这不是图片") from None
    lines = RapidOCR()(picture)
    return "\n".join(lines.txts or ())
