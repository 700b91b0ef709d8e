"""The first page: what waits for her, each with its count and where it is dealt with."""

from __future__ import annotations

from bot.desk.page import Look, Page, View
from domain.access import scopes
from handlers import entries

# What is begun from here with one tap: the action it needs, its phrase, its address.
QUICK = (("positions.write", "desk.quick_post", "/desk/posts/new"), ("broadcasts.write", "desk.quick_broadcast", "/desk/broadcasts/new"))


def show(look: Look) -> View:
    """The same counts as in the menu of her chat."""
    held = look.roles()
    quick = [(phrase, address) for action, phrase, address in QUICK if scopes(held, action)]
    waits = [one for one in entries.counted(look) if one.all]
    return View("today.html", {"waits": waits, "quick": quick, "can_search": bool(scopes(held, "people.see"))})


PAGES = (Page(path="/desk", needs="desk.open", show=show, menu="desk.menu_today", rank=0),)
