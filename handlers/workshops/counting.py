"""Pieces are counted by two sides; where they differ a person looks, and nobody is charged for anything."""

from __future__ import annotations

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Outbound
from domain.plain import whole_of
from domain.workshops import pieces
from domain.workshops.pieces import Count, Pieces, Source
from handlers.scene import Scene
from handlers.tell import coordinators, for_others, tell
from handlers.workshops import wording
from storage.staff import roles, tasks
from storage.tables.workshops import STANDING, CountStatus
from storage.workshops import counts, lots
from storage.workshops.counts import Counted
from storage.workshops.lots import Lot


def managed(scene: Scene, lot_id: int) -> Lot:
    """A lot that she keeps, and that nobody else changes meanwhile. Raises Refused, the same for what is not there."""
    lot = lots.get(scene.tx, lot_id)
    if lot is None or not scene.may("lots.manage", lot.community_id):
        raise Refused("lots.gone")
    return lots.hold(scene.tx, lot_id)


def managed_count(scene: Scene, count_id: int) -> Counted:
    """A count of a lot that she keeps. Raises Refused, the same for what is not there."""
    count = counts.get(scene.tx, count_id)
    if count is None or not scene.may("lots.manage", count.community_id):
        raise Refused("lots.gone")
    return count


def pack(scene: Scene, lot_id: int, number: int, *, source: Source = "held") -> Counted:
    """A bag of so many pieces, with a code on it; whoever takes it counts it too. Raises Refused."""
    lot, count = managed(scene, lot_id), Count(number)
    if number < 1:
        raise Refused("lots.nothing_counted")
    _move(scene, lot, pieces.packed(source, count))
    more: counts.Fresh = {"source": source, "code": counts.new_code(), "rate_fen": lot.rate_fen, "due_on": lot.deadline}
    more["told_by"] = scene.person_id
    fresh = counts.add(scene.tx, lot.id, "out", count, status="packed", on=scene.today, now=scene.now, **more)
    scene.log("lots.pack", "lot", lot.id, pieces=number)
    return _get(scene, fresh)


def unpack(scene: Scene, bag_id: int) -> None:
    """A bag that nobody took goes back to where it came from. Raises Refused."""
    bag = managed_count(scene, bag_id)
    if not counts.change(scene.tx, bag.id, of=["packed"], status="void"):
        raise Refused("lots.taken_before")
    _move(scene, lots.hold(scene.tx, bag.lot_id), Pieces().minus(pieces.packed(bag.source, bag.ours)))


def take(scene: Scene, bag: Counted, *, home: bool, hers: int | None = None) -> Counted:
    """She has the bag, and counted it: as it says, or `hers` where it is another number. Raises Refused where somebody took it."""
    differs = hers is not None and hers != bag.good
    status: CountStatus = "differs" if differs else "agreed"
    values: counts.Changes = {"person_id": scene.person_id, "home": home, "status": status, "away": bag.good, "said_at": scene.now}
    values["counted_on"] = scene.today
    if hers is not None and differs:
        values |= {"her_good": hers, "her_rework": 0, "her_spoilt": 0}
    if not counts.change(scene.tx, bag.id, of=["packed"], **values):
        raise Refused("lots.taken_before")
    change = pieces.moved("out", bag.ours, bag.source).minus(pieces.packed(bag.source, bag.ours))
    _move(scene, lots.hold(scene.tx, bag.lot_id), change)
    taken = _get(scene, bag.id)
    if differs:
        _ask_somebody(scene, taken)
    return taken


def give_back(scene: Scene, bag_id: int, count: Count, *, picture: str = "") -> Counted:
    """What the workshop counted of what she brought; she is asked whether it is so. Raises Refused for more than she has."""
    bag = managed_count(scene, bag_id)
    lot = lots.hold(scene.tx, bag.lot_id)
    bag = _get(scene, bag.id)
    if bag.kind != "out" or bag.person_id is None or count.all < 1:
        raise Refused("lots.nothing_counted")
    missing = _missing(scene, bag)
    if count.all > bag.away + missing:
        raise Refused("lots.more_than_away", away=bag.away + missing)
    if (too_many := count.all - bag.away) > 0:
        _add(scene, bag, "found", Count(too_many))
        lot = _move(scene, lot, pieces.moved("found", Count(too_many)))
    _move(scene, lot, pieces.moved("back", count))
    counts.change(scene.tx, bag.id, of=STANDING, away=max(bag.away - count.all, 0))
    back = _add(scene, bag, "back", count, picture=picture)
    scene.log("lots.back", "lot", lot.id, bag=bag.id)
    tell(scene.tx, scene.content, [bag.person_id], "lot", wording.is_it_so(for_others(scene.content), back), now=scene.now)
    return back


def pick_up(scene: Scene, lot_id: int, count: Count, *, unused: bool = False) -> Counted:
    """What the firm collects, or takes back unworked; its contact is asked whether it is so. Raises Refused for more than there is."""
    lot = managed(scene, lot_id)
    if count.all < 1:
        raise Refused("lots.nothing_counted")
    kind: pieces.Kind = "unused" if unused else "pickup"
    _move(scene, lot, pieces.moved(kind, count))
    fresh = counts.add(scene.tx, lot.id, kind, count, status="told", on=scene.today, now=scene.now, told_by=scene.person_id)
    scene.log("lots.pickup", "lot", lot.id)
    picked = _get(scene, fresh)
    asked = wording.is_it_so(for_others(scene.content), picked)
    tell(scene.tx, scene.content, roles.contacts(scene.tx, lot.enterprise_id), "staff", asked, now=scene.now)
    return picked


def lose(scene: Scene, bag_id: int) -> Counted:
    """What does not come back of a bag is listed as missing: never charged, and found again when she brings it. Raises Refused."""
    bag = managed_count(scene, bag_id)
    lot = lots.hold(scene.tx, bag.lot_id)
    bag = _get(scene, bag.id)
    if bag.kind != "out" or bag.away < 1:
        raise Refused("lots.nothing_counted")
    _move(scene, lot, pieces.moved("missing", Count(bag.away)))
    counts.change(scene.tx, bag.id, of=STANDING, away=0)
    scene.log("lots.missing", "lot", lot.id, bag=bag.id, pieces=bag.away)
    return _add(scene, bag, "missing", Count(bag.away))


def answer(scene: Scene, count_id: int, hers: Count | None = None) -> Counted:
    """The other side's word on a count: it is so, or `hers` where it is not. Raises Refused."""
    row = of_mine(scene, count_id)
    differs = hers is not None and hers != row.ours
    values: counts.Changes = {"status": "differs" if differs else "agreed", "said_at": scene.now}
    if row.person_id is None:
        values["person_id"] = scene.person_id
    if hers is not None and differs:
        values |= {"her_good": hers.good, "her_rework": hers.rework, "her_spoilt": hers.spoilt}
    if not counts.change(scene.tx, row.id, of=["told"], **values):
        raise Refused("lots.said_before")
    said = _get(scene, row.id)
    if differs:
        _ask_somebody(scene, said)
    return said


def settle(scene: Scene, count_id: int, truth: Count) -> Counted:
    """A person's word where two counts differ; the other side is told. Raises Refused where it cannot have been so."""
    row = managed_count(scene, count_id)
    lot = lots.hold(scene.tx, row.lot_id)
    if row.person_id == scene.person_id:
        raise Refused("lots.own")
    _move(scene, lot, pieces.corrected(row.kind, row.ours, truth, row.source))
    values: counts.Changes = {"status": "settled", "settled_by": scene.person_id, "settled_at": scene.now, **_numbers(truth)}
    if not counts.change(scene.tx, row.id, of=["differs"], **values):
        raise Refused("lots.settled_before")
    _still_away(scene, row, truth)
    if (task := tasks.about(scene.tx, "count", row.id)) is not None:
        tasks.close(scene.tx, task.id, by=scene.person_id, outcome="settled", now=scene.now)
    scene.log("lots.settle", "lot_count", row.id)
    settled = _get(scene, row.id)
    if row.person_id is not None:
        said = wording.settled(for_others(scene.content), settled)
        tell(scene.tx, scene.content, [row.person_id], "answer", said, now=scene.now)
    return settled


def of_mine(scene: Scene, count_id: int) -> Counted:
    """A count that she is the other side of: of her own bag, or of what her firm collected. Raises Refused."""
    row = counts.get(scene.tx, count_id)
    if row is None or row.kind not in ("back", "pickup", "unused"):
        raise Refused("lots.gone")
    firms = row.kind != "back" and scene.may("lots.collect", None, enterprise_id=row.enterprise_id)
    if not firms and (row.kind != "back" or row.person_id != scene.person_id):
        raise Refused("lots.gone")
    return row


def read(answers: Answers) -> Count:
    """The three numbers of a form."""
    return Count(*(whole_of(answers, name) or 0 for name in Count._fields))


def _still_away(scene: Scene, row: Counted, truth: Count) -> None:
    """How many of the bag are away, once a count of it was corrected. Raises Refused where that were fewer than none."""
    bag_id = row.id if row.kind == "out" else row.bag_id
    if bag_id is None:
        return
    bag = _get(scene, bag_id)
    away = bag.away + (truth.all - row.ours.all if row.kind == "out" else row.ours.all - truth.all)
    if away < 0:
        raise Refused("lots.more_than_away", away=bag.away)
    counts.change(scene.tx, bag.id, of=STANDING, away=away)


def _numbers(count: Count) -> counts.Changes:
    return {"good": count.good, "rework": count.rework, "spoilt": count.spoilt}


def _missing(scene: Scene, bag: Counted) -> int:
    signs = {"missing": 1, "found": -1}
    return sum(signs.get(row.kind, 0) * row.good for row in counts.of_bag(scene.tx, bag.id))


def _add(scene: Scene, bag: Counted, kind: pieces.Kind, count: Count, *, picture: str = "") -> Counted:
    status: CountStatus = "told" if kind == "back" else "agreed"
    fresh: counts.Fresh = {"bag_id": bag.id, "person_id": bag.person_id, "told_by": scene.person_id, "home": bag.home}
    fresh |= {"rate_fen": bag.rate_fen, "picture": picture}
    return _get(scene, counts.add(scene.tx, bag.lot_id, kind, count, status=status, on=scene.today, now=scene.now, **fresh))


def _move(scene: Scene, lot: Lot, change: Pieces) -> Lot:
    """Raises Refused where there are not so many."""
    after = lot.where.plus(change)
    if (place := after.lacking) is not None:
        raise Refused("lots.not_so_many", place=scene.content.labels["lot_places"][place], there=getattr(lot.where, place))
    lots.put(scene.tx, lot.id, after)
    return lot._replace(**after._asdict())


def _get(scene: Scene, count_id: int) -> Counted:
    count = counts.get(scene.tx, count_id)
    assert count is not None
    return count


def _ask_somebody(scene: Scene, row: Counted) -> None:
    """A difference is a matter for a person."""
    voice = for_others(scene.content)
    said = wording.both(voice, row)
    about = row.person_id or scene.person_id
    tasks.put(scene.tx, "count", about, about_id=row.id, said=said, community_id=row.community_id, now=scene.now)
    word = Outbound(text=voice.words("lots.differs_office", both=said), buttons=((voice.button("lots.look", f"differs:{row.id}"),),))
    tell(scene.tx, scene.content, coordinators(scene.tx, row.community_id), "staff", word, now=scene.now)


def ask_for_help(scene: Scene, bag: Counted) -> None:
    """She cannot finish a bag, or has a question about it: the coordinator is told."""
    voice = for_others(scene.content)
    said = voice.words("lots.help_office", who=voice.called(bag.name, str(bag.person_id)), item=bag.item, away=bag.away)
    tasks.put(scene.tx, "lot_help", scene.person_id, about_id=bag.id, said=said, community_id=bag.community_id, now=scene.now)
    tell(scene.tx, scene.content, coordinators(scene.tx, bag.community_id), "staff", Outbound(text=said), now=scene.now)
