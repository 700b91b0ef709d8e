"""First words of buttons that were sent before they had a name: they live until the end of November 2027, so that old buttons work."""

from __future__ import annotations

_ROUTES = {
    **{"go": "apply", "no": "decline", "app": "applicant", "pub": "publish", "ask": "ask_review", "rev": "review"},
    **{
        "revall": "review_whole",
        "wd": "withdraw",
        "callend": "thread",
        "close_call": "thread",
        "safe": "safety",
        "inv": "invite",
        "hand": "handover",
    },
    **{"wish": "wishes", "fu": "follow_up", "bs": "broadcast", "bc": "broadcast_tap", "cl": "class", "cls": "assess"},
    **{"todo": "tasks", "vis": "visit", "same": "same_woman", "mrg": "merge", "own": "takeover", "srv": "campaign", "m": "menu"},
}
# Behind `m:` and `s:` stood a name of its own.
_MENU = {"stop": "fewer", "drop": "drop", "my_name": "my_name"}
_STAFF = {
    "calls": "threads",
    "invite": "invite_role",
    "classes": "classes_managed",
    "broadcast": "broadcast_write",
    "asked": "broadcasts_asked",
}


# An old list by its name of today.
_LISTS = {"calls": "threads"}


def current(choice: str) -> str:
    """An old button's choice as it is written today; any other as it is."""
    kind, _, rest = choice.partition(":")
    name, _, inner = rest.partition(":")
    if kind == "m" and name in _MENU:
        return f"{_MENU[name]}:{inner}" if inner else _MENU[name]
    if kind == "s":
        return _STAFF.get(name, name)
    if choice in _LISTS:
        return _LISTS[choice]
    return f"{_ROUTES[kind]}:{rest}" if kind in _ROUTES and rest else _ROUTES.get(kind, choice)
