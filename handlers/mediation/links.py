"""Links to what does not go through a messenger: her own copy, and a case's documents for who has it; short-lived, and checked again when opened."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from itsdangerous import BadSignature, URLSafeSerializer

from handlers.scene import Scene
from storage import sealed

What = Literal["copy", "file", "pdf"]
SECONDS = 600


class Link(NamedTuple):
    """What a link opens, for whom."""

    person_id: int
    what: What
    case_id: int


def link(scene: Scene, what: What, case_id: int) -> str:
    """A page of ours, so that nothing of it goes through a messenger."""
    token = _serializer().dumps([scene.person_id, what, case_id, int(scene.now.timestamp()) + SECONDS])
    return f"{scene.content.rules.public_url}/my-data/{token}"


def read(token: str, *, now: datetime) -> Link | None:
    """What a link opens; None where it is forged or too old."""
    try:
        person_id, what, case_id, until = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Link(int(person_id), what, int(case_id)) if now.timestamp() < until else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(sealed.secret_for("case links"), salt="case links")
