"""What a post pays, as the rules about wages look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PayBasis = Literal["hour", "day", "month", "piece"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """In fen per `basis`, with the post's text; `hourly_fen`: what the firm said that an hour of piece work brings."""

    basis: PayBasis
    min_fen: int | None = None
    max_fen: int | None = None
    hourly_fen: int | None = None
    text: str = ""
