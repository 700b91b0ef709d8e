"""What she says about posts she was just shown (第一个在哪, 离我多远, 还有别的吗, 近一点的, 上午的), and the community she names besides."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from domain.codebook import Slots, intake_slots
from domain.messages import Button, Outbound
from domain.normal import normalise
from domain.reading import answered
from domain.work.pointing import LONGEST, Pointing, pointing
from handlers import choices
from handlers.capability import Deed
from handlers.turn import Turn
from handlers.work import applications, browsing, postcards
from handlers.work.fitting import pay_text
from storage.work import posts
from storage.work.browsing import Look
from storage.work.posts import Post

# What stands around a community's name where nothing else is said.
_AROUND = re.compile(r"我家?是?在?住?|咱|俺|就?在|住|是|附近|这边|那边|那里|这里|社区|小区|的|[\W_]")
# What narrows a list and is no matter of its own.
_NARROWING = ("windows", "modes", "skills", "sectors", "distance_m")
# Posts she may point at by number though nobody remembers which they were.
LONG_AGO = ("…",) * 9


def about(turn: Turn, text: str) -> Deed | None:
    """What her words are about of posts she was shown; None where they are about something else."""
    if len(text) > LONGEST:
        return None
    look = browsing.last(turn)
    shown = _shown(turn, look)
    if shown and (meant := pointing(text, [post.title for post in shown], one=bool(look.get("only")))) is not None:
        return partial(_answer, turn, look, shown, meant)
    if (place := _named(turn, text)) is not None and (look or turn.state is None):
        return partial(_from_there, turn, look, place)
    if shown and (slots := _narrows(text)):
        return partial(_narrowed, turn, look, slots)
    return None if shown or turn.state is not None else _long_ago(turn, text)


def _long_ago(turn: Turn, text: str) -> Deed | None:
    """What is asked of one of the posts by its number (第二个在哪), where nobody remembers which that was; a bare number may mean anything."""
    meant = pointing(text, LONG_AGO)
    if meant is None or meant.which is None or meant.wanted == "detail":
        return None
    return lambda: [turn.say("work.shown_long_ago", (turn.button("talk.look", "menu:work"),))]


def _shown(turn: Turn, look: Look) -> list[Post]:
    """The posts of the last list."""
    ids = look.get("shown", [])
    by_id = posts.by_ids(turn.tx, ids) if ids else {}
    return [by_id[one] for one in ids if one in by_id]


def _narrows(text: str) -> Slots:
    """What she names that narrows the list, where she means nothing else."""
    reading = answered(text)
    if reading["intent"] not in ("other", "find_work"):
        return {}
    slots = intake_slots(reading)
    return slots if any(name in slots for name in _NARROWING) and len(text) <= 12 and text.rstrip("。吗呢？?").endswith(_ENDS) else {}


# 上午的, 领回家做的, 周末有吗.
_ENDS = ("的", "有", "有没有", "行")


def _narrowed(turn: Turn, look: Look, slots: Slots) -> list[Outbound]:
    return browsing.show(turn, {**look, "narrowed": {**look.get("narrowed", {}), **slots}, "seen": []})


def _named(turn: Turn, text: str) -> int | None:
    """The community that these words name and nothing besides."""
    plain = normalise(text).text
    for one in choices.named(turn):
        for name in sorted(one.names, key=len, reverse=True):
            if name in plain and not _AROUND.sub("", plain.replace(name, "")):
                return one.id
    return None


# 住桃花社区, 家在听潮: what stands before the name of where she lives.
_LIVES = re.compile(r"(?:住|家在|我在|我是)")


def community_in(turn: Turn, text: str) -> int | None:
    """The community that she says she lives in, in a sentence about more; None where she names none, or several."""
    plain = normalise(text).text
    said = [(one.id, name) for one in choices.named(turn) for name in one.names if name in plain]
    named = {
        number
        for number, name in said
        for match in re.finditer(re.escape(name), plain)
        if _LIVES.search(plain[max(0, match.start() - 4) : match.start()])
    }
    return named.pop() if len(named) == 1 else None


def _from_there(turn: Turn, look: Look, community: int) -> list[Outbound]:
    return browsing.show(turn, {**look, "community": community, "seen": []})


def _answer(turn: Turn, look: Look, shown: list[Post], meant: Pointing) -> list[Outbound]:
    if meant.wanted == "more":
        return browsing.show(turn, look)
    if meant.wanted == "others":
        return browsing.others(turn, look)
    if meant.wanted == "nearer":
        return _nearer(turn, look)
    if meant.wanted == "phone":
        return [turn.say("work.phone", *((_want(turn, post, shown),) for post in _meant(look, shown, meant)))]
    about = _meant(look, shown, meant)
    return _of_one(turn, look, about[0], meant) if len(about) == 1 else _of_all(turn, look, about, meant)


def _meant(look: Look, shown: list[Post], meant: Pointing) -> list[Post]:
    """The one she names, else the one she looked at alone since, else all."""
    if meant.which is not None:
        return [shown[meant.which]]
    return [post for post in shown if post.id == look.get("only")] or shown


def _want(turn: Turn, post: Post, shown: list[Post]) -> Button:
    label = turn.words("work.want_it") if len(shown) == 1 else turn.words("work.want", number=shown.index(post) + 1, title=post.title)
    return Button(label, f"apply:{post.id}")


def _nearer(turn: Turn, look: Look) -> list[Outbound]:
    if browsing.seeker_of(turn, look).lat is None:
        return [turn.say("work.no_place")]
    return browsing.show(turn, {**look, "near": True, "seen": []})


def _of_all(turn: Turn, look: Look, shown: list[Post], meant: Pointing) -> list[Outbound]:
    """A question about the whole list is answered for each of it."""
    seeker = browsing.seeker_of(turn, look)
    if meant.wanted in ("far", "where") and seeker.lat is None and meant.wanted == "far":
        return [turn.say("work.no_place")]
    said: dict[str, Callable[[Post], str]] = {
        "far": lambda post: postcards.distance(turn, post, seeker),
        "where": lambda post: postcards.place(turn, post, seeker),
        "hours": lambda post: postcards.hours(turn, post),
        "pay": lambda post: pay_text(turn, post),
        "bring": lambda post: postcards.bring(turn, post),
    }
    tell = said.get(meant.wanted) or said["where"]
    lines = [turn.words("work.line", number=number, title=post.title, said=tell(post)) for number, post in enumerate(shown, 1)]
    buttons = tuple((_want(turn, post, shown),) for post in shown)
    return [Outbound(text="\n".join(lines), buttons=buttons)]


def _of_one(turn: Turn, look: Look, post: Post, meant: Pointing) -> list[Outbound]:
    if meant.wanted == "want":
        return applications.want(turn, str(post.id))
    if meant.wanted == "share":
        return browsing.share(turn, str(post.id))
    if meant.wanted == "far" and browsing.seeker_of(turn, look).lat is None:
        return [turn.say("work.no_place")]
    return browsing.detail(turn, str(post.id))
