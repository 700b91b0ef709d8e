"""Word documents from templates that an office may change: what somebody wrote is text in them and never part of the template."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def rendered(template: Path, values: Mapping[str, object]) -> bytes:
    """The document with the template's fields filled in."""
    # Here, since it costs half a second and few ever need it.
    from docxtpl import DocxTemplate

    document = DocxTemplate(template)
    document.render(dict(values), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
