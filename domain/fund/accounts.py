"""The accounts of a fund by their names, which are Beancount's: what is owned, what was given, what was spent."""

from __future__ import annotations

import re
from typing import Literal

PURPOSES = ("facilities", "environment", "children", "elder", "safety", "activity", "workshop", "hardship", "other")
Purpose = Literal["facilities", "environment", "children", "elder", "safety", "activity", "workshop", "hardship", "other"]

_OTHER = re.compile(r"[^A-Za-z0-9-]+")


def bank(community: str) -> str:
    """The money itself."""
    return f"Assets:Bank:{_part(community)}"


def owed(community: str, enterprise: str) -> str:
    """What a firm has told and not paid yet."""
    return f"Assets:Owed:{_part(community)}:{_part(enterprise)}"


def share(community: str, enterprise: str) -> str:
    """What a firm gave of its revenue; money that came in stands below zero here, as in every ledger."""
    return f"Income:Share:{_part(community)}:{_part(enterprise)}"


def spending(community: str, purpose: str) -> str:
    """What was spent on a purpose."""
    return f"Expenses:Fund:{_part(community)}:{_part(purpose)}"


def _part(code: str) -> str:
    """A piece of an account's name: Beancount wants letters, digits and hyphens, a capital or a digit first."""
    plain = _OTHER.sub("-", code)
    return plain[:1].upper() + plain[1:] if plain[:1].isalnum() else f"X{plain}"
