"""The account's menu as the platform takes it: three columns of five (doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

COLUMNS, ROWS = 3, 5
# Bytes of UTF-8 of a column's name and of an item's.
COLUMN_BYTES, ITEM_BYTES = 16, 60
CHOICE_BYTES = 128


class Item(NamedTuple):
    """A name, and what a tap does: a button's choice, or a page; a column has items instead. `instead` stands on the page itself, for an
    entry that leads there."""

    name: str
    choice: str = ""
    page: str | None = None
    items: tuple[Item, ...] = ()
    instead: tuple[Item, ...] = ()


def read(written: object) -> tuple[Item, ...]:
    """The menu of content/wechat_menu.yaml. Raises ValueError, in words for who wrote it."""
    if not isinstance(written, list) or not 1 <= len(written) <= COLUMNS:
        raise ValueError(f"菜单要有一到{COLUMNS}列")
    return tuple(_item(one, COLUMN_BYTES) for one in written)


def _item(written: object, most: int) -> Item:
    if not isinstance(written, Mapping) or not isinstance(written.get("name"), str) or not written["name"]:
        raise ValueError("每一项都要写 name")
    name = written["name"]
    if len(name.encode()) > most:
        raise ValueError(f"“{name}”太长了，最多 {most // 3} 个汉字")
    items = written.get("items", [])
    kinds = [key for key in ("choice", "page", "items") if key in written]
    instead = [written["instead"]] if "instead" in written and kinds == ["page"] else []
    if len(kinds) != 1 or set(written) - {"name", *kinds, *(["instead"] if instead else [])}:
        raise ValueError(f"“{name}”要写 choice、page、items 里的一样")
    if kinds == ["items"] and (most == ITEM_BYTES or not isinstance(items, list) or not 1 <= len(items) <= ROWS):
        raise ValueError(f"“{name}”下面要有一到{ROWS}项，只能有一层")
    choice = str(written.get("choice", ""))
    if "choice" in kinds and not 0 < len(choice.encode()) <= CHOICE_BYTES:
        raise ValueError(f"“{name}”的 choice 不对")
    page = str(written["page"] or "") if "page" in written else None
    return Item(name, choice, page, *(tuple(_item(one, ITEM_BYTES) for one in some) for some in (items, instead)))


def body(menu: Sequence[Item], page: str) -> dict[str, object]:
    """What is posted to /cgi-bin/menu/create; `page` is where an item without an address of its own leads."""
    return {"button": [_button(item, page) for item in menu]}


def _button(item: Item, page: str) -> dict[str, object]:
    if item.items:
        return {"name": item.name, "sub_button": [_button(one, page) for one in item.items]}
    if item.page is not None:
        return {"type": "view", "name": item.name, "url": item.page or page}
    return {"type": "click", "name": item.name, "key": item.choice}
