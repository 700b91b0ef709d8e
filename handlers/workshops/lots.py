"""Lots at the workshop: brought by a firm, packed into bags, counted back, collected; and what a firm sees of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.fund.beancount import yuan
from domain.messages import Button, Outbound
from domain.plain import id_of, number_of, text_of, whole_of
from domain.staff.invitations import qr
from domain.workshops.pieces import Count
from handlers import forms
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from handlers.workshops import counting, wording
from storage.broadcasts import pictures
from storage.conversations import About
from storage.people import persons
from storage.staff import roles
from storage.workshops import counts, lots, slips
from storage.workshops.counts import Counted
from storage.workshops.lots import Lot

SHOWN = 6
FORM, NUMBER, NUMBERS = "lot", "lot_number", "lot_numbers"


class Brought(NamedTuple):
    """What a firm brings; money in fen."""

    item: str
    pieces: int
    rate_fen: int
    deadline: date
    training: str = ""
    picture: str = ""


def bring(scene: Scene, enterprise_id: int, community_id: int, what: Brought) -> int:
    """A new lot of a firm in a community; the row's id. Raises Refused where she may not bring it there."""
    if not _may_bring(scene, enterprise_id, community_id):
        raise Refused("staff.not_allowed")
    if what.pieces < 1 or what.rate_fen < 1:
        raise Refused("lots.nothing_counted")
    posts = lots.posts(scene.tx, enterprise_id, community_id)
    fresh = lots.bring(
        scene.tx,
        f"L{counts.new_code().upper()}",
        enterprise_id=enterprise_id,
        community_id=community_id,
        position_id=posts[0].id if posts else None,
        now=scene.now,
        **what._asdict(),
    )
    scene.log("lots.bring", "lot", fresh)
    return fresh


def _may_bring(scene: Scene, enterprise_id: int, community_id: int) -> bool:
    """The office of the community, or the firm itself, which has posts there."""
    if scene.may("lots.manage", community_id):
        return True
    there = any(firm.id == enterprise_id for firm in roles.firms_of(scene.tx, community_id))
    return there and scene.may("lots.bring", None, enterprise_id=enterprise_id)


def overview(turn: Turn, _argument: str = "") -> list[Outbound]:
    """来料做活: the open lots of her communities, what differs, and which bags are late."""
    where = turn.scopes("lots.manage")
    rows = lots.of_place(turn.tx, where, limit=SHOWN)
    buttons = [(turn.button("lots.open", f"lot:{row.id}", item=row.item, held=row.held, away=row.away),) for row in rows]
    differing = counts.differing(turn.tx, where, limit=SHOWN)
    buttons += [(turn.button("lots.open_difference", f"differs:{row.id}", item=row.item),) for row in differing]
    late = counts.overdue(turn.tx, where, today=turn.today, limit=SHOWN)
    buttons += [(turn.button("lots.open_late", f"lot_bag:{row.id}", who=_who(turn, row), away=row.away),) for row in late]
    buttons.append((turn.button("lots.new", "lot_new"),))
    return [turn.say("lots.overview", *buttons, count=len(rows), differing=len(differing), late=len(late))]


def of_firm(turn: Turn, _argument: str = "") -> list[Outbound]:
    """送料的进度: a firm's own lots and where their pieces are; with whom is nobody's affair there."""
    rows = lots.of_place(turn.tx, turn.scopes("lots.collect"), limit=SHOWN)
    said = [turn.say("lots.firm_card", **wording.values(turn, row)) for row in rows]
    return [*said, turn.say("lots.firm_lots" if rows else "lots.firm_none", (turn.button("lots.new", "lot_new"),))]


def act(turn: Turn, argument: str) -> list[Outbound]:
    """`lot:7` shows a lot; `:pack`, `:rework`, `:pickup`, `:unused` ask for the numbers."""
    number, _, verb = argument.partition(":")
    lot = counting.managed(turn, row_id(number))
    if verb in ("pack", "rework", "unused"):
        return forms.start(turn, NUMBER, about={"lot": lot.id, "deed": verb})
    if verb == "pickup":
        return forms.start(turn, NUMBERS, about={"lot": lot.id})
    return [card(turn, lot)]


def card(turn: Turn, lot: Lot) -> Outbound:
    """One lot with what can be done, and its bags."""
    rows: list[tuple[Button, ...]] = []
    if lot.held:
        rows.append((turn.button("lots.pack", f"lot:{lot.id}:pack"), turn.button("lots.unused", f"lot:{lot.id}:unused")))
    if lot.rework:
        rows.append((turn.button("lots.pack_rework", f"lot:{lot.id}:rework"),))
    if lot.good or lot.spoilt or lot.rework:
        rows.append((turn.button("lots.pickup", f"lot:{lot.id}:pickup"),))
    for bag in counts.bags(turn.tx, lot.id, limit=SHOWN):
        phrase = "lots.open_packed" if bag.status == "packed" else "lots.open_bag"
        values = {"who": _who(turn, bag), "away": bag.away, "pieces": bag.good}
        rows.append((turn.button(phrase, f"lot_bag:{bag.id}", **values),))
    return replace(turn.say("lots.card", *rows, **wording.values(turn, lot)), picture=lot.picture)


def bag(turn: Turn, argument: str) -> list[Outbound]:
    """`lot_bag:7` shows a bag; `:back` counts what came back, `:code` shows its picture again, `:unpack`, `:lost` do what they say."""
    number, _, verb = argument.partition(":")
    row = counting.managed_count(turn, row_id(number))
    if row.kind != "out":
        raise Refused("lots.gone")
    match verb:
        case "code" if row.status == "packed":
            return [_code(turn, row)]
        case "unpack":
            counting.unpack(turn, row.id)
            return [turn.say("lots.unpacked", pieces=row.good)]
        case "back" if row.person_id is not None:
            return forms.start(turn, NUMBERS, about={"bag": row.id})
        case "lost":
            missing = counting.lose(turn, row.id)
            return [turn.say("lots.listed_missing", pieces=missing.good, item=row.item)]
    return [bag_card(turn, row)]


def bag_card(turn: Turn, row: Counted) -> Outbound:
    """A bag as who keeps the lot sees it."""
    if row.status == "packed":
        buttons: tuple[Button, ...] = (
            turn.button("lots.show_code", f"lot_bag:{row.id}:code"),
            turn.button("lots.unpack", f"lot_bag:{row.id}:unpack"),
        )
        return turn.say("lots.packed_card", buttons, item=row.item, pieces=row.good)
    buttons = (turn.button("lots.back", f"lot_bag:{row.id}:back"),)
    if row.away and row.due_on is not None and row.due_on < turn.today:
        buttons = (*buttons, turn.button("lots.lost", f"lot_bag:{row.id}:lost"))
    last = next((one for one in reversed(counts.of_bag(turn.tx, row.id)) if one.kind == "back"), None)
    if last is not None and slips.quota_of(turn.tx, row.lot_id) is not None:
        buttons = (*buttons, turn.button("pay.extra", f"pay_extra:{last.id}"))
    where = turn.words("lots.at_home" if row.home else "lots.here")
    return turn.say("lots.bag_card", buttons, who=_who(turn, row), item=row.item, pieces=row.good, away=row.away, where=where)


def new(turn: Turn, argument: str = "") -> list[Outbound]:
    """`lot_new` asks which firm in which community; `lot_new:3:7` (firm, community) for what it brings."""
    firm, _, place = argument.partition(":")
    if not argument:
        return _which(turn)
    if not _may_bring(turn, row_id(firm), row_id(place)):
        raise Refused("staff.not_allowed")
    return forms.start(turn, FORM, about={"firm": row_id(firm), "community": row_id(place)})


def _which(turn: Turn) -> list[Outbound]:
    """The firms that have posts where she may bring lots."""
    matching = [
        (firm, place)
        for place in persons.communities(turn.tx)
        for firm in roles.firms_of(turn.tx, place.id)
        if _may_bring(turn, firm.id, place.id)
    ]
    rows = [
        (turn.button("lots.of_firm", f"lot_new:{firm.id}:{place.id}", firm=firm.name, place=place.name),) for firm, place in matching[:20]
    ]
    return [turn.say("lots.which_firm", *rows)] if rows else [turn.say("lots.no_firm")]


def brought(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The form of a new lot is filled in."""
    rate = round((number_of(answers, "rate") or 0.0) * 100)
    deadline = date.fromisoformat(text_of(answers, "deadline") or "")
    what = Brought(
        text_of(answers, "item") or "",
        whole_of(answers, "pieces") or 0,
        rate,
        deadline,
        text_of(answers, "training") or "",
        text_of(answers, "picture") or "",
    )
    fresh = bring(turn, id_of(about, "firm"), id_of(about, "community"), what)
    return [turn.say("lots.brought", number=fresh, item=what.item, pieces=what.pieces, rate=yuan(rate), deadline=f"{deadline:%m-%d}")]


def numbered(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """Pieces for a new bag, or taken back by the firm as they came."""
    lot_id, number = id_of(about, "lot"), whole_of(answers, "pieces") or 0
    deed = text_of(about, "deed")
    if deed == "unused":
        counting.pick_up(turn, lot_id, Count(number), unused=True)
        return [turn.say("lots.picked_up")]
    return [_code(turn, counting.pack(turn, lot_id, number, source="rework" if deed == "rework" else "held"))]


def _code(turn: Turn, row: Counted) -> Outbound:
    """The picture for a bag: whoever takes it opens it with her phone."""
    link = f"{turn.content.rules.public_url}/?start={row.code}"
    picture = pictures.put(turn.tx, qr(link), "image/png", now=turn.now, by=turn.person_id)
    return replace(turn.say("lots.packed", item=row.item, pieces=row.good, code=row.code, link=link), picture=picture)


def back(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """What the workshop counted of a bag."""
    count = counting.read(answers)
    row = counting.give_back(turn, id_of(about, "bag"), count, picture=text_of(answers, "picture") or "")
    return [turn.say("lots.is_back", who=_who(turn, row), numbers=wording.numbers(turn, count))]


def picked_up(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """What the firm collected."""
    counting.pick_up(turn, id_of(about, "lot"), counting.read(answers))
    return [turn.say("lots.picked_up")]


def difference(turn: Turn, argument: str) -> list[Outbound]:
    """`differs:7` shows two counts; `:ours`, `:theirs` settle it by one of them, `:third` asks for a third."""
    number, _, verb = argument.partition(":")
    row = counting.managed_count(turn, row_id(number))
    if row.status != "differs" or row.hers is None:
        raise Refused("lots.settled_before")
    if verb == "third":
        return forms.start(turn, NUMBERS, about={"truth": row.id})
    if verb in ("ours", "theirs"):
        counting.settle(turn, row.id, row.ours if verb == "ours" else row.hers)
        return [turn.say("lots.settled")]
    rows = [(turn.button(f"lots.by_{one}", f"differs:{row.id}:{one}"),) for one in ("ours", "theirs", "third")]
    return [Outbound(text=wording.both(turn, row), buttons=tuple(rows), picture=row.picture)]


def third(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """Counted once more by the person who looks."""
    counting.settle(turn, id_of(about, "truth"), counting.read(answers))
    return [turn.say("lots.settled")]


def _who(turn: Turn, row: Counted) -> str:
    return turn.called(row.name, str(row.person_id or ""))
