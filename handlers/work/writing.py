"""The deeds of who writes a post: made, changed, copied, rejected, or closed; a firm's contact only for her own firm."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import NamedTuple

from domain.access import Scope
from domain.errors import Refused
from domain.lists import KINDS, Header, Known, Wrong, read_row, show_row
from handlers.scene import Scene
from handlers.tell import for_others, tell
from handlers.work import correcting, gate
from storage import lists
from storage.work import applications, posts, reviews
from storage.work.posts import Post

KIND = KINDS["positions"]
# What a person fills in; code and place follow, and published is a deed of its own.
FIELDS = tuple(column.name for column in KIND.columns if column.name not in ("code", "lat", "lon", "status"))


class Written(NamedTuple):
    """A post that was stored, or what is wrong with what was typed."""

    id: int | None
    wrong: list[Wrong]


def writable(scene: Scene, position_id: int) -> Post:
    """A draft that she may change. Raises Refused, also where it is no draft any more."""
    post = readable(scene, position_id)
    if post.status != "draft":
        raise Refused("positions.published_before", title=post.title)
    return post


def readable(scene: Scene, position_id: int) -> Post:
    """A post of her place or her firm. Raises Refused, the same for what is not there and what is not hers."""
    post = posts.get(scene.tx, position_id)
    if post is None or not scene.may("positions.write", post.community_id, enterprise_id=post.enterprise_id):
        raise Refused("work.gone")
    return post


def known(scene: Scene) -> Known:
    """What a post may name: codes with their words, communities, firms."""
    communities, enterprises = (lists.names(scene.tx, KINDS[name]) for name in ("communities", "enterprises"))
    return Known.of(scene.content.labels, communities=communities, enterprises=enterprises, today=scene.today)


def write(scene: Scene, typed: Mapping[str, str], position_id: int | None = None) -> Written:
    """Store what was typed as a draft, new or changed; by the rules of the lists of posts. Raises Refused where it is not hers to write."""
    post = None if position_id is None else writable(scene, position_id)
    names = ("code", *FIELDS, "status")
    code = post.code if post else f"W{secrets.token_hex(4).upper()}"
    cells = [code, *(typed.get(name, "") for name in FIELDS), "draft"]
    titles = {column.name: column.title for column in KIND.columns}
    header = Header(columns=dict(enumerate(names)), names=tuple(titles[name] for name in names), above=0)
    values, wrong = read_row(KIND, header, cells, known(scene))
    if wrong:
        return Written(None, wrong)
    community_id = lists.ids(scene.tx, KINDS["communities"])[values["community"]]
    enterprise_id = lists.ids(scene.tx, KINDS["enterprises"])[values["enterprise"]]
    scene.need("positions.write", community_id, enterprise_id=enterprise_id)
    # Its place is its community's anew where that changed.
    placed = values if post is not None and post.community_id == community_id else {**values, "lat": None, "lon": None}
    lists.save(scene.tx, KIND, [placed], consent_version=0, now=scene.now)
    published = posts.by_code(scene.tx, [code])[code]
    reviews.mended(scene.tx, published.id)
    scene.log("positions.write", "position", published.id)
    return Written(published.id, [])


def typed_of(scene: Scene, post: Post) -> dict[str, str]:
    """A stored post as somebody would have typed it."""
    columns = [column.name for column in KIND.columns]
    codes = {name: {row: code for code, row in lists.ids(scene.tx, KINDS[name]).items()} for name in ("communities", "enterprises")}
    stored = {**post._asdict(), "pay_min": post.pay_min_fen, "pay_max": post.pay_max_fen}
    stored |= {"enterprise": codes["enterprises"][post.enterprise_id], "community": codes["communities"][post.community_id]}
    shown = dict(zip(columns, show_row(KIND, stored, scene.content.labels), strict=True))
    plain = {name: stored[name] for name in ("sector", "mode", "pay_basis", "enterprise", "community")}
    return {name: "" if value is None else str(value) for name, value in {**shown, **plain}.items() if name in FIELDS}


def reject(scene: Scene, position_id: int, why: str) -> Post:
    """不要: it is closed without having been public, and its firm's contacts are told why. Raises Refused."""
    post = gate.draft(scene, position_id)
    if not why:
        raise Refused("positions.need_reason")
    correcting.discard(scene, position_id)
    word = for_others(scene.content).say("positions.told_rejected", title=post.title, reason=why)
    tell(scene.tx, scene.content, applications.contacts(scene.tx, post.enterprise_id), "staff", word, now=scene.now)
    return post


def close(scene: Scene, position_id: int) -> Post:
    """招满了、不招了: nobody is offered it any more; who works there or waits is told by the clock as ever. Raises Refused."""
    post = readable(scene, position_id)
    scene.need("positions.withdraw", post.community_id)
    if not posts.close(scene.tx, post.id):
        raise Refused("positions.withdrawn_before", title=post.title)
    scene.log("positions.close", "position", post.id)
    return post


def firms(scene: Scene, where: list[Scope]) -> dict[str, str]:
    """Code → name of the firms that she may write a post for: a contact of firms only her own."""
    every = lists.names(scene.tx, KINDS["enterprises"])
    if any(scope.enterprise_id is None for scope in where):
        return every
    mine = {scope.enterprise_id for scope in where}
    return {code: every[code] for code, row in lists.ids(scene.tx, KINDS["enterprises"]).items() if row in mine}
