"""A mother's side: she takes a bag by the code on it, counts it, and says whether what the workshop counted of her work is so."""

from __future__ import annotations

from dataclasses import replace

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.fund.beancount import yuan
from domain.messages import Outbound
from domain.plain import id_of, text_of, whole_of
from handlers import forms
from handlers.capability import Matter
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.workshops import counting, lots, wording
from storage.conversations import About
from storage.people import persons
from storage.workshops import counts
from storage.workshops import lots as stored
from storage.workshops.counts import Counted

NUMBER, NUMBERS = "lot_number", "lot_numbers"


def scanned(turn: Turn, code: str) -> list[Outbound] | None:
    """The code on a bag, as its picture opens it: for who may take it, has it, or keeps the lot. None where it stands on no bag."""
    bag = counts.by_code(turn.tx, code)
    if bag is None:
        return None
    if bag.status == "packed" and not turn.may("lots.manage", bag.community_id):
        return [_to_count(turn, bag)]
    if bag.person_id == turn.person_id:
        return [hers(turn, bag)]
    if not turn.may("lots.manage", bag.community_id):
        raise Refused("lots.not_yours")
    return [lots.bag_card(turn, bag)]


def _to_count(turn: Turn, bag: Counted) -> Outbound:
    if persons.profile(turn.tx, turn.person_id) is None:
        return turn.say("lots.register_first", (turn.button("menu.register", "menu:register"),))
    lot = stored.get(turn.tx, bag.lot_id)
    assert lot is not None
    ways = (turn.button("lots.take_home", f"bag:{bag.code}:home"), turn.button("lots.take_here", f"bag:{bag.code}:here"))
    differs = (turn.button("lots.another_number", f"bag:{bag.code}:differs"),)
    training = turn.words("lots.training", what=lot.training) if lot.training else ""
    said = turn.say("lots.count_it", ways, differs, pieces=bag.good, **_values(bag), training=training)
    return replace(said, picture=lot.picture)


def take(turn: Turn, argument: str) -> list[Outbound]:
    """`bag:CODE:home`, `:here` takes it as it says; `:differs` asks for her number."""
    code, _, verb = argument.partition(":")
    bag = counts.by_code(turn.tx, code)
    if bag is None or persons.profile(turn.tx, turn.person_id) is None:
        raise Refused("talk.old_button")
    if bag.status != "packed":
        raise Refused("lots.taken_before")
    if verb == "differs":
        return forms.start(turn, NUMBER, about={"bag": code})
    if verb not in ("home", "here"):
        raise Refused("talk.old_button")
    taken = counting.take(turn, bag, home=verb == "home")
    return [turn.say("lots.taken", pieces=taken.good, **_values(taken))]


def another_number(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """She counted another number in the bag: it is hers to work on, and a person looks at the numbers."""
    bag = counts.by_code(turn.tx, text_of(about, "bag") or "")
    number = whole_of(answers, "pieces")
    if bag is None or number is None or persons.profile(turn.tx, turn.person_id) is None:
        raise Refused("lots.gone")
    taken = counting.take(turn, bag, home=answers.get("where") != "here", hers=number)
    phrase = "lots.taken" if taken.hers is None else "lots.taken_differs"
    return [turn.say(phrase, pieces=taken.good, hers=number, **_values(taken))]


def counted(turn: Turn, argument: str) -> list[Outbound]:
    """`counted:7:yes`, `:no`: her word, or the firm's, on what the workshop counted."""
    number, _, verb = argument.partition(":")
    row = counting.of_mine(turn, row_id(number))
    if verb == "yes":
        counting.answer(turn, row.id)
        return [turn.say("lots.agreed")]
    if verb != "no":
        raise Refused("talk.old_button")
    if row.status != "told":
        raise Refused("lots.said_before")
    return forms.start(turn, NUMBERS, about={"count": row.id})


def recounted(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The other side's own numbers."""
    said = counting.answer(turn, id_of(about, "count"), counting.read(answers))
    return [turn.say("lots.agreed" if said.hers is None else "lots.differs")]


def answer_late(turn: Turn, argument: str) -> list[Outbound]:
    """Below a gentle question about a bag that is late: `late:7:soon`, or `:help`, which somebody looks at."""
    number, _, verb = argument.partition(":")
    bag = counts.get(turn.tx, row_id(number))
    if bag is None or bag.person_id != turn.person_id or verb not in ("soon", "help"):
        raise Refused("talk.old_button")
    if verb == "soon":
        return [turn.say("lots.soon")]
    counting.ask_for_help(turn, bag)
    return [turn.say("lots.help_comes")]


def hers(turn: Turn, bag: Counted) -> Outbound:
    """Her bag: what of it is still with her, and what was counted of it."""
    back = [row for row in counts.of_bag(turn.tx, bag.id) if row.kind == "back"]
    lines = [turn.words("lots.mine", pieces=bag.good, away=bag.away, **_values(bag))]
    lines += [turn.words("lots.came_back", numbers=wording.numbers(turn, row.ours)) for row in back]
    open_ = next((row for row in back if row.status == "told"), None)
    buttons = wording.is_it_so(turn, open_).buttons if open_ else ()
    return Outbound(text="\n".join(lines), buttons=buttons)


def matters(turn: Turn) -> list[Matter]:
    """我的事: the bags that she has."""
    return [
        Matter(turn.words("lots.matter", away=bag.away, **_values(bag)), turn.button("lots.open_mine", f"my_bag:{bag.id}", item=bag.item))
        for bag in counts.of_person(turn.tx, turn.person_id)
    ]


def mine(turn: Turn, argument: str) -> list[Outbound]:
    """One of her bags."""
    bag = counts.get(turn.tx, row_id(argument))
    if bag is None or bag.kind != "out" or bag.person_id != turn.person_id:
        raise Refused("lots.gone")
    return [hers(turn, bag)]


def _values(bag: Counted) -> dict[str, object]:
    return {"item": bag.item, "rate": yuan(bag.rate_fen), "due": f"{bag.due_on:%m-%d}" if bag.due_on else ""}
