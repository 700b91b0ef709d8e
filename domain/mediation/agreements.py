"""Agreements: what a written one must hold, when one is in force, and what runs from then on (Mediation Law 28-30, 33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.mediation.gates import UNCONFIRMABLE

# Both together may ask the court to confirm it within thirty days (Mediation Law 33, Civil Procedure Law 205).
CONFIRM_WITHIN = timedelta(days=30)
# They are reminded when so much of it is left.
CONFIRM_REMINDED = timedelta(days=10)
RETURN_DAYS = (7, 30)
# What the paper must say (Mediation Law 29).
FIELDS = ("facts", "terms", "manner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What is recorded of an agreement's coming about."""

    oral: bool = False
    signed_a: datetime | None = None
    signed_b: datetime | None = None
    mediator: datetime | None = None
    seal: datetime | None = None

    def missing(self) -> tuple[str, ...]:
        """What is not recorded yet. An oral one is in force on agreement of both, and the mediator writes it down."""
        needed = {"signed_a": self.signed_a, "signed_b": self.signed_b, "mediator": self.mediator}
        if not self.oral:
            needed["seal"] = self.seal
        return tuple(name for name, at in needed.items() if at is None)

    def effective_at(self) -> datetime | None:
        """The moment of the last signature or seal; None while one is missing."""
        times = [at for at in (self.signed_a, self.signed_b, self.mediator, None if self.oral else self.seal) if at is not None]
        return None if self.missing() else max(times)


def confirm_by(effective_at: datetime, kind: str, *, oral: bool) -> datetime | None:
    """Until when the court may be asked; None for what no court confirms, and for what is not on paper."""
    return None if oral or kind in UNCONFIRMABLE else effective_at + CONFIRM_WITHIN


def visits(effective_at: datetime) -> list[tuple[int, datetime]]:
    """The return visits: day and when."""
    return [(day, effective_at + timedelta(days=day)) for day in RETURN_DAYS]
