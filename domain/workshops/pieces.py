"""Where the pieces of a lot are. Whatever is counted moves them from one place to another, so that none appears and none vanishes."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["out", "back", "pickup", "unused", "missing", "found"]
Source = Literal["held", "rework"]
Place = Literal["held", "packed", "away", "good", "rework", "spoilt", "collected", "missing"]


class Pieces(NamedTuple):
    """How many are in each place, or how many come to it (above zero) and leave it.

    `held`: brought and not given out; `packed`: in a bag that nobody has taken; `away`: with the mothers; `good`, `rework`, `spoilt`: brought
    back; `collected`: with the firm again; `missing`: listed as not brought back, and charged to nobody.
    """

    held: int = 0
    packed: int = 0
    away: int = 0
    good: int = 0
    rework: int = 0
    spoilt: int = 0
    collected: int = 0
    missing: int = 0

    def plus(self, other: Pieces) -> Pieces:
        """Both together."""
        return Pieces(*(mine + more for mine, more in zip(self, other, strict=True)))

    def minus(self, other: Pieces) -> Pieces:
        """Without the other."""
        return Pieces(*(mine - less for mine, less in zip(self, other, strict=True)))

    @property
    def lacking(self) -> Place | None:
        """The first place with fewer than none: such a change cannot be."""
        return next((place for place in PLACES if getattr(self, place) < 0), None)

    @property
    def over(self) -> bool:
        """Whether nothing is left to do: all are with the firm again, or listed as missing."""
        return self.collected + self.missing == sum(self)


PLACES: tuple[Place, ...] = ("held", "packed", "away", "good", "rework", "spoilt", "collected", "missing")


class Count(NamedTuple):
    """What somebody counted: all of a bag stand as good when it is given out."""

    good: int
    rework: int = 0
    spoilt: int = 0

    @property
    def all(self) -> int:
        """All of them."""
        return sum(self)


def packed(source: Source, count: Count) -> Pieces:
    """What packing a bag moves."""
    return Pieces(packed=count.all).minus(_from(source, count))


def moved(kind: Kind, count: Count, source: Source = "held") -> Pieces:
    """What a count moves; always nothing in sum. Raises ValueError for less than nothing."""
    if min(count) < 0:
        raise ValueError(f"{count} has fewer than none")
    match kind:
        case "out":
            return Pieces(away=count.all).minus(_from(source, count))
        case "back":
            return Pieces(away=-count.all, good=count.good, rework=count.rework, spoilt=count.spoilt)
        case "pickup":
            return Pieces(good=-count.good, rework=-count.rework, spoilt=-count.spoilt, collected=count.all)
        case "unused":
            return Pieces(held=-count.all, collected=count.all)
        case "missing":
            return Pieces(away=-count.all, missing=count.all)
        case "found":
            return Pieces(missing=-count.all, away=count.all)


def corrected(kind: Kind, told: Count, truth: Count, source: Source = "held") -> Pieces:
    """What has to move once a person has found that it was not as told."""
    return moved(kind, truth, source).minus(moved(kind, told, source))


def payable(told: Count, hers: Count | None, *, decided: bool) -> int:
    """Good pieces that she is paid for: while two counts differ the higher one, since a difference is never a deduction."""
    return told.good if hers is None or decided else max(told.good, hers.good)


def _from(source: Source, count: Count) -> Pieces:
    return Pieces(rework=count.all) if source == "rework" else Pieces(held=count.all)
