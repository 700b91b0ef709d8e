"""One form of a message for the model: what changes nothing about its meaning (punctuation, blanks, script, emoji, greeting, final particles) is gone."""

from __future__ import annotations

import re

from domain.normal import normalise

_OTHER = re.compile(r"[^a-z0-9\u3400-\u9fff]+")
_NUMBER = re.compile(r"\d+")
_PARTICLES = re.compile(r"(?<=.)[啊吧哦呀呢嘛哈呗啦咯哟喔噢]+$")
_GREETING = re.compile(r"^(?:你好|您好|hi|hello|哈喽|在吗|在不在|在不|老师好|老师|打扰了|亲)[啊吧哦呀呢嘛哈]*(?=..)")
LONGEST = 1200  # characters that are read; what is longer is a pasted text


def canonical(text: str) -> str:
    """`text` in the plain spelling, letters alone, each number as 0. Never raises; time is linear in the length."""
    letters = _OTHER.sub("", normalise(text[: 4 * LONGEST]).text)[:LONGEST]
    plain = _PARTICLES.sub("", _NUMBER.sub("0", letters))
    while (shorter := _GREETING.sub("", plain)) != plain:
        plain = shorter
    return _PARTICLES.sub("", plain)
