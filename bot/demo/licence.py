"""Unified social credit codes (GB 32100-2015) that are well formed, for firms that do not exist."""

from __future__ import annotations

from random import Random

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION = (3, 7, 9, 10, 5, 8, 4, 2)


def invented(random: Random, region: str) -> str:
    """A code of 18 characters for a firm (91) registered in a region of six digits."""
    organisation = "MA" + "".join(random.choice(ALPHABET) for _ in range(6))
    body = f"91{region}{organisation}{_organisation_check(organisation)}"
    return body + check(body)


def check(body: str) -> str:
    """The 18th character, from the first 17 (GB 32100-2015, weights are powers of 3 modulo 31). Raises ValueError for a letter that is none."""
    total = sum(ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return ALPHABET[-total % 31]


def _organisation_check(organisation: str) -> str:
    """The organisation code's own check character (GB 11714-1997): there A is 10 and Z is 35."""
    total = sum(int(char, 36) * weight for char, weight in zip(organisation, _ORGANISATION, strict=True))
    return "0123456789X"[-total % 11]
