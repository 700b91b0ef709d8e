"""The three families of errors: `Refused` is shown to the person, `SendError` is a closed set, anything else is a bug."""

from __future__ import annotations

from typing import Literal

SendErrorKind = Literal["retry", "throttled", "gone", "window_closed", "rejected", "misconfigured"]


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """An expected refusal. `phrase` is a key of content/phrases; `values` fill it."""

    def __init__(self, phrase: str, **values: object) -> None:
        super().__init__(phrase)
        self.phrase = phrase
        self.values = values


class Denied(Refused):
    """A refusal that says the same as that there is no such thing, and is written down: what was asked for, by whom is known to the caller."""

    def __init__(self, phrase: str, *, action: str, subject_kind: str, subject_id: int) -> None:
        super().__init__(phrase)
        self.action = action
        self.subject_kind = subject_kind
        self.subject_id = subject_id


class SendError(Exception):
    """Why a platform did not take a message. `after` (seconds) is set where the platform says how long to wait."""

    def __init__(self, kind: SendErrorKind, why: str, *, after: float | None = None) -> None:
        super().__init__(f"{kind}: {why}")
        self.kind: SendErrorKind = kind
        self.why = why
        self.after = after


class ContentError(Exception):
    """Something in content/ or config.yaml is wrong; `where` is file:line or the key's path."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why
