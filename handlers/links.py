"""Links to files that do not go through a messenger: her data, her words, a case's documents, a pay slip; short-lived, and checked again when opened."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from itsdangerous import BadSignature, URLSafeSerializer

from handlers.scene import Scene
from storage import sealed

# All that is stored about her; what she told in a dispute; a case's documents as Word or as one PDF; a pay slip.
What = Literal["data", "copy", "file", "pdf", "slip"]
# Long enough to tap it, too short to be found later by whoever holds the phone.
SECONDS = 600
MINUTES = SECONDS // 60


class Link(NamedTuple):
    """What a link opens, for whom; `number` is the case or the slip."""

    person_id: int
    what: What
    number: int


def link(scene: Scene, what: What, number: int = 0) -> str:
    """The address of a page of ours behind which the file is."""
    token = _serializer().dumps([scene.person_id, what, number, int(scene.now.timestamp()) + SECONDS])
    return f"{scene.content.rules.public_url}/my-data/{token}"


def read(token: str, *, now: datetime) -> Link | None:
    """What a link opens; None where it is forged or too old."""
    try:
        person_id, what, number, until = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Link(int(person_id), what, int(number)) if now.timestamp() < until else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(sealed.secret_for("file links"), salt="file links")
