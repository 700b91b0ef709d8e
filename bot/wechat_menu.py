"""The account's menu as staff write it in content/."""

from __future__ import annotations

from bot import bounded_yaml
from bot.config import ROOT
from channels.wechat.menu import Item, read
from domain.errors import ContentError

FILE = ROOT / "content" / "wechat_menu.yaml"


def load() -> tuple[Item, ...]:
    """The menu. Raises ContentError."""
    try:
        return read(bounded_yaml.load(FILE.read_text("utf-8")))
    except ValueError as error:
        raise ContentError(FILE.name, str(error)) from None
