"""What a cell is checked against: codes with their labels, and the communities and enterprises that there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from domain.normal import normalise


# The same few codes stand in thousands of rows.
@lru_cache(maxsize=2048)
def spelt(text: str) -> str:
    """How words are compared: without blanks, capitals and full width."""
    return "".join(normalise(text).text.split())


@dataclass(frozen=True, slots=True)
class Known:
    """`codes`: list name → spelling → code. Communities and enterprises are found by code or by a name that only one of them has."""

    codes: Mapping[str, Mapping[str, str]]
    communities: Mapping[str, str]
    enterprises: Mapping[str, str]
    today: date
    # List name → code → label, as staff are told what there is.
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        labels: Mapping[str, Mapping[str, str]],
        *,
        communities: Mapping[str, str],
        enterprises: Mapping[str, str],
        today: date,
        words: Mapping[str, Mapping[str, Sequence[str]]] = {},
    ) -> Known:
        """From the lists of content/choices.yaml, the `words` of content/office_words.yaml, and code → name of what is stored."""
        codes = {
            name: {
                **{spelt(word): code for code, said in words.get(name, {}).items() for word in said},
                **_spellings(listed),
                **{spelt(code): code for code in listed},
            }
            for name, listed in labels.items()
        }
        return cls(codes, _found(communities), _found(enterprises), today, labels)


def _spellings(labels: Mapping[str, str]) -> dict[str, str]:
    """A label, or what stands before its first comma: offices shorten."""
    return {spelt(text): code for code, label in labels.items() for text in (label, label.split("，")[0])}


def _found(names: Mapping[str, str]) -> dict[str, str]:
    often = Counter(names.values())
    return {**{name: code for code, name in names.items() if often[name] == 1}, **{code: code for code in names}}
