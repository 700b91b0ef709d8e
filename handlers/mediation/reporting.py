"""A dispute is told: by herself in her own words, or by who walks the streets for her; danger never becomes a case that is mediated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain import triage
from domain.codebook import Slots
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.mediation.kinds import kind_of
from domain.messages import Outbound
from domain.plain import code_of, text_of, texts_of
from domain.reading import read
from handlers import forms, safety, threads
from handlers.mediation import asking, wording
from handlers.mediation.opening import fetched
from handlers.scene import Scene
from handlers.tell import tell
from handlers.turn import Turn
from storage import inbox
from storage.conversations import About
from storage.mediation import cases, duties, sides
from storage.people import consents, persons
from storage.tables.mediation import CaseSource, Contact

FORM, FOR_HER = "dispute", "dispute_for"
# The consent to her matter being read by a mediator, and the version of the form's words in which she gave it.
PURPOSE = "mediation"
LAST_WORDS = 12
CONTACTS: tuple[Contact, ...] = ("here", "call", "self")
# What staff see at the door, as the hazards of domain.triage, and which of them the duty to report is asked about (law.md).
RISKS = {"hit": "violence", "threat": "threat", "minor": "child_harm", "unable": "unable", "self_harm": "self_harm"}
REPORTABLE = frozenset({"child_harm", "unable", "violence", "self_harm"})


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was told of a dispute."""

    account: str
    with_whom: str
    community_id: int
    source: CaseSource
    since: str = ""
    wish: str = ""
    # The side itself, where it is she who speaks.
    person_id: int | None = None
    anonymous: bool = False
    name: str | None = None
    phone: str | None = None
    contact: Contact = "here"
    contact_words: str | None = None
    hazards: Sequence[str] = ()


def heard(turn: Turn, _text: str, _read: Slots) -> list[Outbound]:
    """She speaks of a dispute: nothing is passed on unasked."""
    buttons = (turn.button("mediation.yes", "dispute_yes"), turn.button("mediation.no", "dispute_no"))
    return [turn.say("mediation.offered", buttons)]


def not_now(turn: Turn, _argument: str = "") -> list[Outbound]:
    """先不用: nothing is kept as a matter."""
    return [turn.say("talk.not_handed_on")]


def accepted(turn: Turn, _argument: str = "") -> list[Outbound]:
    """She wants a mediator: what she said of it before is not asked again."""
    said = inbox.said_by(turn.tx, turn.person_id, channel=turn.channel.channel, limit=LAST_WORDS)
    words = next((row.said for row in said if row.said and read(row.said)["intent"] == "dispute"), "")
    return begin(turn, words)


def begin(turn: Turn, said: str = "") -> list[Outbound]:
    """调解: her own words first."""
    if not turn.channel.carries_private:
        return [turn.say("talk.private", url=turn.content.rules.public_url)]
    known = persons.get(turn.tx, turn.person_id)
    code = next((row.code for row in persons.communities(turn.tx) if row.id == known.community_id), None)
    given = {"community": code, "phone": known.phone, "name": known.name, "account": said.strip()[:3000] or None}
    return forms.start(turn, FORM, known={name: value for name, value in given.items() if value})


def finished(turn: Turn, _conversation: int, answers: Answers, _about: About) -> list[Outbound]:
    """All is told. Without her word it goes to nobody."""
    if answers["agree"] != "yes":
        return [turn.say("mediation.not_handed_over")]
    form = turn.content.forms[FORM]
    consents.agree(turn.tx, turn.person_id, PURPOSE, version=form.version, now=turn.now)
    named = answers["named"] == "yes"
    told = Told(
        account=str(answers["account"]),
        with_whom=str(answers["with_whom"]),
        since=str(answers.get("since") or ""),
        wish=str(answers.get("wish") or ""),
        community_id=_community(turn, answers),
        source="self",
        person_id=turn.person_id,
        anonymous=not named,
        name=str(answers["name"]) if named else None,
        phone=text_of(answers, "phone"),
        contact=code_of(answers, "contact", CONTACTS),
        contact_words=text_of(answers, "call_when"),
    )
    case_id, hazards = report(turn, told)
    if hazards:
        return [*safety.danger(turn, told.account, hazards), _card(turn)]
    button = (turn.button("mediation.set_word", f"matter:{case_id}:word"), turn.button("mediation.look_hers", f"matter:{case_id}"))
    return [
        wording.sealed(turn.words("mediation.reported", until=wording.when(turn, turn.now + turn.content.rules.mediation.take)), button)
    ]


def _community(turn: Turn, answers: Answers) -> int:
    return next(row.id for row in persons.communities(turn.tx) if row.code == answers["community"])


def report(scene: Scene, told: Told) -> tuple[int, list[str]]:
    """A new case with its sides and words; its id, and the dangers: with one it is nobody's to mediate, and the caller tells who is on duty."""
    # Each by itself: 孩子睡不着 before 别打了 would be read as one story.
    looked = [triage.look(words) for words in (told.account, told.wish)]
    hazards = sorted({*told.hazards, *(hazard for outcome in looked if isinstance(outcome, triage.Alarm) for hazard in outcome.hazards)})
    case_id = cases.add(
        scene.tx,
        community_id=told.community_id,
        kind=kind_of(told.with_whom),
        source=told.source,
        hazards=hazards,
        danger=bool(hazards),
        reported_by=None if told.source == "self" else scene.person_id,
        now=scene.now,
        limits=scene.content.rules.mediation,
    )
    party_id = sides.add(
        scene.tx,
        case_id,
        "a",
        person_id=told.person_id,
        anonymous=told.anonymous,
        name=told.name,
        phone=told.phone,
        contact=told.contact,
        contact_words=told.contact_words,
    )
    sides.add(scene.tx, case_id, "b")
    for kind, said in (("account", told.account), ("wish", told.wish)):
        if said:
            sides.say(scene.tx, case_id, kind, said, party_id=party_id, author_id=scene.person_id, now=scene.now)  # type: ignore[arg-type]
    if told.since:
        choices = scene.content.forms[FORM].named["since"].choices
        label = next((str(choice.label) for choice in choices if choice.name == told.since), told.since)
        sides.say(scene.tx, case_id, "since", label, party_id=party_id, author_id=scene.person_id, now=scene.now)
    if told.source == "self":
        # Whoever handed her matter over agreed to mediation with it; the mediator asks her again face to face.
        sides.change(scene.tx, party_id, asked_at=scene.now)
    if set(hazards) & REPORTABLE:
        duties.ask_report(scene.tx, case_id, now=scene.now)
    scene.log("cases.report", "case", case_id)
    asking.ask_next(scene.tx, scene.content, fetched(scene, case_id), now=scene.now)
    return case_id, hazards


def _card(turn: Turn) -> Outbound:
    return turn.say("mediation.card_offered", (turn.button("mediation.card_open", "matter_card"),))


def card(turn: Turn, _argument: str = "") -> list[Outbound]:
    """The safety plan, 告诫书 and protection order, in words that may stand on a screen."""
    return [turn.say("mediation.card"), turn.say("mediation.orders")]


# For somebody else.


def for_her(turn: Turn, _argument: str = "") -> list[Outbound]:
    """A grid worker or mediator writes it down for her."""
    turn.scopes("cases.report")
    if not turn.channel.carries_private:
        return [turn.say("talk.private", url=turn.content.rules.public_url)]
    return forms.start(turn, FOR_HER, about={"report": turn.person_id})


def told_for_her(turn: Turn, _conversation: int, answers: Answers, _about: About) -> list[Outbound]:
    """It is written down for her. With danger it goes to who is on duty, whatever she agreed to; without, only with her word."""
    community_id = _community(turn, answers)
    if not any(scope.city or scope.community_id == community_id for scope in turn.scopes("cases.report")):
        raise Refused("mediation.elsewhere")
    risks = [RISKS[one] for one in texts_of(answers, "risks")]
    told = Told(
        account=str(answers["account"]),
        with_whom=str(answers["with_whom"]),
        wish=str(answers.get("wish") or ""),
        community_id=community_id,
        source="for_her",
        anonymous=not answers.get("name"),
        name=text_of(answers, "name"),
        phone=text_of(answers, "phone"),
        contact="call" if answers.get("phone") else "self",
        contact_words=text_of(answers, "call_when"),
        hazards=risks,
    )
    dangerous = bool(risks) or isinstance(triage.look(told.account), triage.Alarm)
    if answers["agree"] != "yes" and not dangerous:
        return [turn.say("mediation.not_agreed_for_her")]
    case_id, hazards = report(turn, told)
    if hazards:
        word = turn.say("mediation.danger_told", (turn.button("mediation.look", f"case_over:{case_id}"),), number=case_id)
        tell(turn.tx, turn.content, threads.on_duty(turn.tx, community_id), "danger", word, now=turn.now)
    duty = turn.words("mediation.report_duty") if duties.unreported(turn.tx, case_id) else ""
    phrase = "mediation.reported_danger" if hazards else "mediation.reported_for_her"
    return [turn.say(phrase, number=case_id, duty=duty)]


def overheard(turn: Turn, _hazards: list[str]) -> None:
    """Danger in what is being written down for her: who is on duty learns at once who is writing, and the form goes on."""
    word = turn.say("mediation.being_reported", who=threads.staff_name(turn, turn.person_id))
    tell(turn.tx, turn.content, threads.on_duty(turn.tx, threads.place_of(turn)), "danger", word, now=turn.now)


def alarmed(turn: Turn, hazards: list[str]) -> None:
    """She is in danger, whatever she said it about: no case of hers is mediated any more, and no meeting takes place."""
    for row in cases.open_of(turn.tx, turn.person_id):
        cases.add_hazards(turn.tx, row, hazards)
        if row.state != "danger":
            cases.move(turn.tx, row, "danger", by=turn.person_id, now=turn.now, limits=turn.content.rules.mediation)
        if set(hazards) & REPORTABLE:
            duties.ask_report(turn.tx, row.id, now=turn.now)
