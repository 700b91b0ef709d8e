"""Whether others may read a suggestion at once, or somebody has to look first because it tells of a person."""

from __future__ import annotations

import re
from typing import Literal

from domain.normal import normalise
from domain.reading import read

Doubt = Literal["", "conflict", "phone", "name"]
# 13号楼的张婷, 三单元王大爷家: somebody who can be found.
_SOMEBODY = re.compile(r"(?:栋|楼|单元|室|户|号)的?[\u4e00-\u9fff]{1,3}(?:家|某|大爷|大妈|阿姨|奶奶|两口子|媳妇|婆婆)")
_NUMBER = re.compile(r"(?<!\d)(?:1[3-9](?:[ -]?\d){9}|\d{7,8})(?!\d)")
_HOME = re.compile(r"\d{1,2}(?:号楼|栋|幢)\D{0,3}\d{0,2}(?:单元)?\D{0,2}\d{3,4}(?:室|户|家|的)")


def doubt(text: str) -> Doubt:
    """Why others may not read it at once: it tells of a conflict between people, or somebody can be found by it; empty where they may."""
    if read(text)["intent"] == "dispute":
        return "conflict"
    if _NUMBER.search(normalise(text).text):
        return "phone"
    return "name" if _SOMEBODY.search(text) or _HOME.search(text) else ""
