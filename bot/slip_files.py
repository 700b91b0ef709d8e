"""A pay slip as a file: PDF where LibreOffice is installed, else Word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot import case_files
from bot.config import DOCUMENTS
from bot.transactions import Transactions
from channels.web.download import Download
from domain.errors import Refused
from handlers import links
from handlers.content import Content
from handlers.turn import Turn
from handlers.word import DOCX
from handlers.workshops import papers


def exports(transactions: Transactions, content: Content, *, now: Callable[[], datetime]) -> Callable[[str], Download | None]:
    """What the web channel asks for a link's file; called from threads. Who may have it is looked at when it is opened."""

    def of(token: str) -> Download | None:
        link = links.read(token, now=now())
        if link is None or link.what != "slip":
            return None
        try:
            with transactions.store.read() as tx:
                made = papers.document(Turn.to(tx, content, link.person_id, now=now()), link.number, DOCUMENTS)
        except Refused:
            return None
        return file(made)

    return of


def file(made: bytes) -> Download:
    """The document as she can open it on any phone, where that can be made here."""
    if not case_files.installed():
        return Download(made, "工钱条.docx", DOCX)
    return Download(case_files.converted([made])[0], "工钱条.pdf", "application/pdf")
