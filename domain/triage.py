"""The hazards in any free text, looked at before anything else the bot does with a message; it never raises."""

from __future__ import annotations

from domain.normal import normalise
from domain.reading.hazards import hazards


def look(text: str) -> list[str]:
    """Sorted codes (violence, threat, self_harm, child_harm) of the danger that `text` tells of; empty where there is none.

    Read as written and again with blanks and ornaments inside words taken out, because 不 想 活 is the same cry. Time is linear in the length.
    """
    plain = normalise(text)
    found = hazards(plain)
    joined = normalise(text, join=True)
    return found if joined.text == plain.text else sorted({*found, *hazards(joined)})
