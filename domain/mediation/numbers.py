"""The numbers of case files: （2026）海风1人调字第7号, counted per committee and year without gaps."""

from __future__ import annotations

import re

_DISTRICT, _KIND = re.compile(r"^.{1,4}?[区市县](?=.{2})"), re.compile(r"(?:社区|村|居委会)$")


def committee(community: str) -> str:
    """What the mediation committee of a community is called."""
    return f"{community}人民调解委员会"


def written(community: str, year: int, number: int) -> str:
    """The number as it stands on paper."""
    return f"（{year}）{_KIND.sub('', _DISTRICT.sub('', community))}人调字第{number}号"
