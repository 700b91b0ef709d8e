"""A case's documents as Word from the office's templates, and as one PDF where LibreOffice is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock

from bot.config import ROOT
from bot.transactions import Transactions
from channels.web.download import Download
from domain.errors import Denied
from domain.mediation.documents import Paper, paged, papers
from domain.notices import LOCAL
from handlers import links
from handlers.content import Content
from handlers.mediation import files
from handlers.turn import Turn
from handlers.word import rendered

TEMPLATES = ROOT / "content" / "documents" / "mediation"
# Of one run of LibreOffice; a file has some ten pages.
SECONDS = 120
# Documents before the list of contents' first entry: the cover and the list itself.
FRONT = 2
_one_at_a_time = Lock()


def exports(transactions: Transactions, content: Content, *, now: Callable[[], datetime]) -> Callable[[str], Download | None]:
    """What the web channel asks for a link's file; called from threads. Who may have it is looked at when it is opened."""

    def of(token: str) -> Download | None:
        link = links.read(token, now=now())
        if link is None or link.what not in ("copy", "file", "pdf"):
            return None
        try:
            with transactions.store.begin() as tx:
                turn = Turn.to(tx, content, link.person_id, now=now())
                if link.what == "copy":
                    return Download(files.copy_of(turn, link.number), "我说的话.txt", "text/plain; charset=utf-8")
                documents = papers(files.file_of(turn, link.number), today=now().astimezone(LOCAL).date())
        except Denied as denied:
            with transactions.store.begin() as tx:
                Turn.to(tx, content, link.person_id, now=now()).log(denied.action, denied.subject_kind, denied.subject_id)
            return None
        if link.what == "pdf" and installed():
            return Download(pdf(documents), "卷宗.pdf", "application/pdf")
        return Download(zipped(documents), "卷宗.zip", "application/zip")

    return of


def installed() -> bool:
    """Whether LibreOffice is here."""
    return shutil.which("soffice") is not None


def word(paper: Paper) -> bytes:
    """One document from its template; what somebody wrote is text in it and never part of the template."""
    return rendered(TEMPLATES / f"{paper.name}.docx", paper.fields)


def zipped(documents: Sequence[Paper]) -> bytes:
    """All documents, numbered in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, paper in enumerate(documents, 1):
            archive.writestr(f"{number:02d} {paper.title}.docx", word(paper))
    return out.getvalue()


def pdf(documents: Sequence[Paper]) -> bytes:
    """One PDF of all documents; the list of contents names the page on which each begins, counted behind the list."""
    from pypdf import PdfReader, PdfWriter

    pages = _pages(documents)
    counted = paged(documents[1], documents[FRONT:], [len(PdfReader(io.BytesIO(one)).pages) for one in pages[FRONT:]])
    pages[1] = _pages([counted])[0]
    whole = PdfWriter()
    for one in pages:
        whole.append(io.BytesIO(one))
    out = io.BytesIO()
    whole.write(out)
    return out.getvalue()


def _pages(documents: Sequence[Paper]) -> list[bytes]:
    """Each document as a PDF."""
    return converted([word(paper) for paper in documents])


def converted(documents: Sequence[bytes]) -> list[bytes]:
    """Word documents as PDFs. LibreOffice has a profile of its own for this run: it runs once a profile. What it wrote is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, _one_at_a_time:
        here = Path(folder)
        sources = [here / f"{number:03d}.docx" for number in range(len(documents))]
        for source, document in zip(sources, documents, strict=True):
            source.write_bytes(document)
        profile = f"-env:UserInstallation=file://{here}/profile"
        convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(here), *map(str, sources)]
        subprocess.run(convert, check=True, capture_output=True, timeout=SECONDS)
        return [source.with_suffix(".pdf").read_bytes() for source in sources]
