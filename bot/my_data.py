"""Her file: everything stored about her as a workbook, one sheet a subject, in plain Chinese."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime

import orjson

from bot.transactions import Transactions
from channels.web.download import Download
from domain.lists.cells import guard
from domain.notices import LOCAL
from handlers import links
from handlers.content import Content
from storage.people import my_data

# Columns whose values are codes, with the list of content/choices.yaml that names them.
CODED = {"skills": "skills", "learn": "skills", "modes": "modes", "sectors": "sectors"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 32_000  # characters of a cell; Excel takes 32,767


def exports(transactions: Transactions, content: Content, *, now: Callable[[], datetime]) -> Callable[[str], Download | None]:
    """What the web channel asks for a link's file; called from threads."""

    def of(token: str) -> Download | None:
        link = links.read(token, now=now())
        if link is None or link.what != "data":
            return None
        with transactions.store.read() as tx:
            file = workbook(content, my_data.everything(tx, link.person_id, content.capabilities.sheets))
        return Download(file, "我的资料.xlsx", XLSX)

    return of


def workbook(content: Content, sections: Mapping[str, my_data.Sheet]) -> bytes:
    """A sheet for each that holds anything, called by its phrase; columns and codes by the phrases of its own section, else of `data`."""
    # Here, since it costs a quarter of a second and only this needs it.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, rows in sections.items():
        if rows:
            section = name.partition(".")[0]
            sheet = book.create_sheet(content.phrases.say(name))
            sheet.append([_called(content, section, f"column.{column}") for column in rows[0]])
            for row in rows:
                sheet.append([_cell(content, section, column, value) for column, value in row.items()])
    if not book.worksheets:
        book.create_sheet(content.phrases.say("data.sheet.person"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _called(content: Content, section: str, what: str, default: str | None = None) -> str:
    """A column's or a code's name. Raises ContentError where there is none, and no default."""
    own = content.phrases.texts.get(f"{section}.{what}")
    return own or (content.phrases.say(f"data.{what}") if default is None else content.phrases.texts.get(f"data.{what}", default))


def _cell(content: Content, section: str, column: str, value: object) -> str | int | float:
    """One value as she can read it and a program can use it; never a formula."""
    match value:
        case None:
            return ""
        case bool():
            return content.phrases.say("data.yes" if value else "data.no")
        case datetime():
            return f"{value.astimezone(LOCAL):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case int() | float() if column.endswith("_fen"):
            return value / 100
        case int() | float():
            return value
        case list() if all(isinstance(one, str) for one in value):
            names = content.labels.get(CODED.get(column, ""), {})
            return guard("、".join(names.get(one, one) for one in value))[:MOST]
        case str():
            return guard(_called(content, section, f"code.{value}", value))[:MOST]
        case _:
            return guard(orjson.dumps(value).decode())[:MOST]
