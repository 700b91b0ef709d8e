"""The account's menu as staff write it in content/."""

from __future__ import annotations

from bot import bounded_yaml
from bot.config import ROOT
from channels.wechat.menu import Item, read
from domain.errors import ContentError
from handlers.people.menu import COLUMNS

# Entries that a command's description names; a description has 256 characters at most (https://core.telegram.org/bots/api#botcommand).
SHOWN = 4
FILE = ROOT / "content" / "wechat_menu.yaml"


def columns() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The same for the page's bottom: entries that lead to a page of ours are that page, and something else stands there, or nothing. Raises ContentError."""
    drawn = ((one.name, [shown for item in one.items or (one,) for shown in (item.instead or (item,))]) for one in load())
    shown = ((name, tuple((item.name, item.choice) for item in items if item.choice)) for name, items in drawn)
    return tuple((name, items) for name, items in shown if items)


def load() -> tuple[Item, ...]:
    """The menu. Raises ContentError."""
    try:
        return read(bounded_yaml.load(FILE.read_text("utf-8")))
    except ValueError as error:
        raise ContentError(FILE.name, str(error)) from None


def commands() -> tuple[tuple[str, str], ...]:
    """The same columns as commands of Telegram, each called by its name and its first entries. Raises ContentError."""
    named = zip(COLUMNS, columns(), strict=False)
    return tuple((command, f"{name}：{'、'.join(called for called, _ in items[:SHOWN])}") for command, (name, items) in named)
