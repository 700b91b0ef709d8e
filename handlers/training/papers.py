"""Certificates on paper: one page for each who passed, from a template that an office may change."""

from __future__ import annotations

from pathlib import Path

from domain.errors import Refused
from handlers.scene import Scene
from handlers.tell import for_others
from handlers.training import teaching
from handlers.word import rendered
from storage.training import attendance

# content/documents/certificate.docx: its fields are those below.
TEMPLATE = "certificate.docx"


def certificates(scene: Scene, class_id: int, folder: Path) -> bytes:
    """A Word document with a page for each who passed; whose names are in it is written down. Raises Refused where nobody did."""
    row, voice = teaching.class_of(scene, class_id), for_others(scene.content)
    passed = [one for one in attendance.roll(scene.tx, row.id) if one.certificate]
    if not passed:
        raise Refused("classes.gone")
    for one in passed:
        scene.log("classes.certificate", "person", one.person_id)
    whom = [{"name": voice.called(one.name, one.key), "number": one.certificate} for one in passed]
    values = {"title": row.title, "skill": voice.label("skills", row.skill), "community": row.community, "sessions": len(row.sessions)}
    return rendered(folder / TEMPLATE, {**values, "whom": whom, "written": f"{scene.today:%Y-%m-%d}"})
