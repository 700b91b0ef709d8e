"""Words of a dialect as the standard language has them, so that the model learns a thing once: 佢唔畀我走 is seen as 他不给我走."""

from __future__ import annotations

import re
from functools import cache

from domain.reading.terms import FOLDER, load_yaml


def plainly(canonical: str) -> str:
    """A canonical text with the words of content/lexicon/dialect.yaml replaced, longer words first."""
    pattern, plain = _table()
    return pattern.sub(lambda found: plain[found[0]], canonical)


@cache
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    plain = {word: str(standard) for standard, words in load_yaml(FOLDER / "dialect.yaml").items() for word in str(words).split()}
    return re.compile("|".join(sorted(map(re.escape, plain), key=len, reverse=True))), plain
