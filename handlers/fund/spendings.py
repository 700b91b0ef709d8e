"""Money is asked for, decided by others, paid with a voucher, and what came of it is told to who asked."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.fund import approvals
from domain.fund.beancount import yuan
from domain.messages import Outbound
from domain.plain import id_of, number_of, text_of, whole_of
from handlers import forms
from handlers.scene import Scene, row_id
from handlers.tell import coordinators, for_others, tell
from handlers.turn import Turn
from handlers.voice import Voice
from storage.conversations import About
from storage.council import suggestions
from storage.fund import ledger, spendings
from storage.fund.ledger import Line
from storage.fund.spendings import Spending
from storage.staff import roles
from storage.training import classes
from storage.training.classes import Class

SHOWN = 5
PRIVATE = frozenset({"hardship"})
# What can be done now, by the state it is in.
VERBS: dict[str, tuple[str, ...]] = {"asked": ("agree", "refuse"), "approved": ("pay",), "paid": ("outcome",)}
FORMS = {"pay": "fund_pay", "refuse": "fund_refuse", "outcome": "fund_outcome"}


class Decided(NamedTuple):
    """A word was given: whether it is decided, and how many are still needed where not."""

    spending: Spending
    approved: bool | None
    missing: int


class Meant(NamedTuple):
    """What money is asked for besides its own words: something that was suggested, or an activity."""

    suggestion_id: int | None = None
    activity_id: int | None = None


NOTHING_ELSE = Meant()


def ask(scene: Scene, community_id: int, *, purpose: str, what: str, estimate_fen: int, meant: Meant = NOTHING_ELSE) -> int:
    """Ask for money, perhaps for what was suggested there, or for an activity; the row's id. Raises Refused."""
    scene.need("fund.ask", community_id)
    private, suggestion_id = purpose in PRIVATE, meant.suggestion_id
    if suggestion_id is not None:
        suggested = suggestions.lead(scene.tx, suggestion_id)
        if suggested is None or suggested.community_id != community_id or private:
            raise Refused("fund.no_suggestion", number=suggestion_id)
        suggestion_id = suggested.id
    fresh = spendings.ask(
        scene.tx,
        community_id,
        purpose=purpose,
        what=what,
        private=private,
        estimate_fen=estimate_fen,
        asked_by=scene.person_id,
        now=scene.now,
        suggestion_id=suggestion_id,
        activity_id=meant.activity_id,
    )
    scene.log("fund.ask", "spending", fresh)
    deciding = {*coordinators(scene.tx, community_id), *roles.staff(scene.tx, "federation", community_id)} - {scene.person_id}
    phrase = "fund.asked_office_private" if private else "fund.asked_office"
    said = for_others(scene.content).say(phrase, number=fresh, what=what, amount=yuan(estimate_fen))
    tell(scene.tx, scene.content, sorted(deciding), "staff", said, now=scene.now)
    return fresh


def decide(scene: Scene, spending_id: int, *, agrees: bool, why: str = "") -> Decided:
    """One person's word; never of who asked. Raises Refused."""
    spending = _open(scene, spending_id, "fund.approve", "asked")
    if spending.asked_by == scene.person_id:
        raise Refused("fund.own")
    if not spendings.say(scene.tx, spending.id, scene.person_id, agrees=agrees, why=why, now=scene.now):
        raise Refused("fund.said_before")
    scene.log("fund.approve" if agrees else "fund.refuse", "spending", spending.id)
    said = [word.agrees for word in spendings.words(scene.tx, spending.id)]
    needs = approvals.needed(spending.estimate_fen, spending.purpose)
    approved = approvals.decided(said, needs)
    if approved is not None:
        spendings.move(scene.tx, spending.id, from_="asked", to="approved" if approved else "refused")
        _tell_asker(scene, spending, "fund.approved" if approved else "fund.refused", why=why)
    return Decided(spending, approved, needs - len(said))


def pay(scene: Scene, spending_id: int, *, paid_fen: int, voucher: str, picture: str = "") -> str:
    """What was approved is paid and booked; the booking's number. Raises Refused where more is paid than was approved, or than there is."""
    spending = _open(scene, spending_id, "fund.book", "approved")
    where = ledger.place(scene.tx, spending.community_id)
    if paid_fen <= 0 or paid_fen > spending.estimate_fen:
        raise Refused("fund.too_much", approved=yuan(spending.estimate_fen))
    left = ledger.in_bank(scene.tx, where.id)
    if paid_fen > left:
        raise Refused("fund.not_enough", left=yuan(left))
    lines = [Line(ledger.spending(where, spending.purpose), paid_fen), Line(ledger.bank(where), -paid_fen)]
    on = scene.today
    number = ledger.book(scene.tx, where.id, lines, kind="spending", on=on, now=scene.now, note=spending.what, voucher=voucher)
    spendings.move(scene.tx, spending.id, from_="approved", to="paid")
    spendings.paid(scene.tx, spending.id, paid_fen=paid_fen, booking=number, picture=picture)
    scene.log("fund.pay", "spending", spending.id)
    return number


def finish(scene: Scene, spending_id: int, *, outcome: str, came: int | None, picture: str = "") -> None:
    """What came of it; who asked is told. How many came is known of an activity where they were counted. Raises Refused."""
    spending = _open(scene, spending_id, "fund.book", "paid")
    spendings.move(scene.tx, spending.id, from_="paid", to="done")
    held = classes.get(scene.tx, spending.activity_id) if spending.activity_id is not None else None
    came = held.came if came is None and held is not None else came
    spendings.came_of(scene.tx, spending.id, outcome=outcome, came=came, picture=picture)
    scene.log("fund.outcome", "spending", spending.id)
    _tell_asker(scene, spending, "fund.done", outcome=outcome)
    _tell_who_suggested(scene, spending, outcome, picture)


def _open(scene: Scene, spending_id: int, action: str, status: str) -> Spending:
    spending = spendings.get(scene.tx, spending_id)
    if spending is None or not scene.may(action, spending.community_id):
        raise Refused("fund.gone")
    if spending.status != status:
        raise Refused("fund.not_now", status=scene.content.labels["spending_status"][spending.status])
    return spending


def _tell_asker(scene: Scene, spending: Spending, phrase: str, **values: str) -> None:
    if spending.asked_by is not None:
        said = for_others(scene.content).say(phrase, number=spending.id, what=spending.what, **values)
        tell(scene.tx, scene.content, [spending.asked_by], "staff", said, now=scene.now)


def _tell_who_suggested(scene: Scene, spending: Spending, outcome: str, picture: str) -> None:
    """您提的路灯，用母亲岗基金装好了: to who suggested it and to all who support it."""
    if spending.suggestion_id is None:
        return
    people = suggestions.concerned(scene.tx, spending.suggestion_id).people
    said = for_others(scene.content).say("fund.suggested_done", what=spending.what, outcome=outcome)
    tell(scene.tx, scene.content, sorted(set(people)), "answer", replace(said, picture=picture), now=scene.now)


def overview(turn: Turn, _argument: str = "") -> list[Outbound]:
    """基金用款: what waits for a word, for payment, or for what came of it, within her scopes."""
    where = turn.scopes("fund.ask")
    rows = spendings.of_place(turn.tx, where, status=("asked", "approved", "paid"), limit=SHOWN)
    cards = [_card(turn, row) for row in rows]
    further = ((turn.button("fund.ask", "spending:new"),), (turn.button("fund.menu_shares", "fund_shares"),))
    return [*cards, turn.say("fund.spendings" if rows else "fund.no_spendings", *further)]


def may_act(scene: Scene, row: Spending) -> bool:
    """Whether the next word or deed on it is hers: never on what she asked for herself."""
    action = "fund.approve" if row.status == "asked" else "fund.book"
    return scene.may(action, row.community_id) and not (row.status == "asked" and row.asked_by == scene.person_id)


def what_of(scene: Scene, voice: Voice, row: Spending) -> str:
    """What it is for; whom a help is for is shown to who decides alone, and that is logged."""
    if row.private_what is None:
        return row.what
    if not may_act(scene, row):
        return voice.words("fund.private")
    scene.log("fund.see", "spending", row.id)
    return row.private_what


def _card(turn: Turn, row: Spending) -> Outbound:
    """One spending with the deeds that are hers."""
    verbs = VERBS[row.status]
    mayact = may_act(turn, row)
    values = {
        "number": row.id,
        "what": what_of(turn, turn, row),
        "amount": yuan(row.estimate_fen),
        "purpose": turn.label("purposes_of_fund", row.purpose),
    }
    status = turn.label("spending_status", row.status)
    shown = (*verbs, "voucher") if row.voucher_picture else verbs
    buttons = tuple((turn.button(f"fund.{verb}", f"spending:{row.id}:{verb}"),) for verb in shown) if mayact else ()
    return turn.say("fund.card", *buttons, status=status, **values)


def act(turn: Turn, argument: str) -> list[Outbound]:
    """`spending:new` asks, `spending:activity:9` for an activity; `spending:7:agree`, `:refuse`, `:pay`, `:outcome` do what they say;
    `:voucher` shows the picture of the voucher."""
    number, _, verb = argument.partition(":")
    if number == "activity":
        held = _activity(turn, row_id(verb))
        return forms.start(turn, "fund_ask", known={"purpose": "activity", "what": held.title}, about={"activity": held.id})
    if verb == "voucher":
        return [_voucher(turn, row_id(number))]
    if number == "new":
        turn.scopes("fund.ask")
        return forms.start(turn, "fund_ask")
    if verb == "agree":
        done = decide(turn, row_id(number), agrees=True)
        return [turn.say("fund.agreed" if done.approved else "fund.agreed_waiting", count=done.missing)]
    if verb not in FORMS:
        raise Refused("talk.old_button")
    status, action = {"refuse": ("asked", "fund.approve"), "pay": ("approved", "fund.book"), "outcome": ("paid", "fund.book")}[verb]
    return forms.start(turn, FORMS[verb], about={"spending": _open(turn, row_id(number), action, status).id})


def _activity(turn: Turn, class_id: int) -> Class:
    """An activity for which she may ask for money. Raises Refused, the same for what is not there."""
    held = classes.get(turn.tx, class_id)
    if held is None or held.kind != "activity" or not turn.may("fund.ask", held.community_id):
        raise Refused("fund.gone")
    return held


def _voucher(turn: Turn, spending_id: int) -> Outbound:
    """The picture of a voucher, for who keeps the books; whom it helped stays private."""
    row = spendings.get(turn.tx, spending_id)
    if row is None or not row.voucher_picture or not may_act(turn, row):
        raise Refused("fund.gone")
    turn.log("fund.see", "spending", row.id)
    return replace(turn.say("fund.voucher", number=row.id), picture=row.voucher_picture)


def propose(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The form of a new spending is filled in."""
    if "activity" in about:
        place: int | None = _activity(turn, id_of(about, "activity")).community_id
    elif turn.community_id is None or not turn.may("fund.ask", turn.community_id):
        place = next((scope.community_id for scope in turn.scopes("fund.ask") if scope.community_id is not None), turn.community_id)
    else:
        place = turn.community_id
    if place is None:
        raise Refused("fund.no_community")
    estimate = round((number_of(answers, "estimate") or 0.0) * 100)
    what, suggested = text_of(answers, "what") or "", whole_of(answers, "suggestion")
    meant = Meant(suggested, id_of(about, "activity") if "activity" in about else None)
    number = ask(turn, place, purpose=str(answers["purpose"]), what=what, estimate_fen=estimate, meant=meant)
    return [turn.say("fund.is_asked", number=number, count=approvals.needed(estimate, str(answers["purpose"])))]


def refused(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """A refusal with its reason."""
    decide(turn, id_of(about, "spending"), agrees=False, why=text_of(answers, "why") or "")
    return [turn.say("fund.is_refused")]


def paid(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """Paid, with amount and voucher."""
    amount = round((number_of(answers, "amount") or 0.0) * 100)
    number = pay(
        turn,
        id_of(about, "spending"),
        paid_fen=amount,
        voucher=text_of(answers, "voucher") or "",
        picture=text_of(answers, "picture") or "",
    )
    return [turn.say("fund.is_paid", number=number, amount=yuan(amount))]


def finished(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """What came of it."""
    finish(
        turn,
        id_of(about, "spending"),
        outcome=text_of(answers, "outcome") or "",
        came=whole_of(answers, "came"),
        picture=text_of(answers, "picture") or "",
    )
    return [turn.say("fund.is_done")]
