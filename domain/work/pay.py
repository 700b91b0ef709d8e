"""What a post pays, as the rules about wages look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.windows import minutes, parse, spans

PayBasis = Literal["hour", "day", "month", "piece"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """In fen per `basis`, with the post's text; `hourly_fen`: what the firm said that an hour of piece work brings; `windows`: when it is done."""

    basis: PayBasis
    min_fen: int | None = None
    max_fen: int | None = None
    hourly_fen: int | None = None
    text: str = ""
    windows: str = ""

    @property
    def least_fen(self) -> int | None:
        """The least that it states; None where it states nothing."""
        return self.max_fen if self.min_fen is None else self.min_fen

    @property
    def weekly_hours(self) -> float | None:
        """The most hours a week that its windows leave; None where it states none."""
        return minutes(spans(parse(self.windows))) / 60 if self.windows else None
