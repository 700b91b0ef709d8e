"""意见箱: said in one message, shown what is alike, and in the box; by name only where she wants it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.codebook import Slots
from domain.council import publishing
from domain.council.similar import Like
from domain.council.states import due
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.normal import normalise
from domain.notices import today_began
from domain.reading.topics import topics
from handlers import choices, forms, threads
from handlers.content import Content
from handlers.council import told
from handlers.council.told import short
from handlers.scene import Scene, row_id
from handlers.tell import coordinators, tell
from handlers.turn import Turn
from storage.conversations import About
from storage.council import drafts, similar, steps, suggestions
from storage.council.drafts import Draft
from storage.council.suggestions import Suggestion
from storage.people import persons

SHORTEST, LONGEST = 4, 2000
# Of one person in a day: more is no suggestion.
MOST_A_DAY = 10
KEPT = timedelta(days=7)
STEP = 20
# The words of the box, with what she says behind them.
BOX = ("意见箱", "提建议", "提意见")


def begin(turn: Turn, argument: str = "") -> list[Outbound]:
    """意见箱: what she says now is her suggestion."""
    if argument:
        return submit(turn, argument, asked=True)
    browse = Outbound(text=turn.words("council.browse"), buttons=((turn.button("council.others", "menu:others"),),))
    return [browse, *forms.start(turn, "suggestion")]


def finished(turn: Turn, _conversation: int, answers: Answers, _about: About) -> list[Outbound]:
    """Her words came."""
    return submit(turn, str(answers["text"]), asked=True)


def heard(turn: Turn, text: str, _read: Slots) -> list[Outbound]:
    """What she says would be a suggestion; nothing is put in unasked."""
    return submit(turn, text, asked=False)


def typed(turn: Turn, text: str) -> list[Outbound] | None:
    """意见箱：路灯坏了, in one message."""
    for word in BOX:
        rest = text.removeprefix(word).lstrip(" :：,，、")
        if text.startswith(word) and len(rest) < len(text) - len(word) and len(rest) >= SHORTEST:
            return submit(turn, rest, asked=True)
    return None


def submit(turn: Turn, text: str, *, asked: bool) -> list[Outbound]:
    """In the box at once where she asked for it and nothing is alike; else she is shown what is, and says what she wants."""
    text = text.strip()
    if len(text) < SHORTEST or len(text) > LONGEST:
        raise Refused("council.length", least=SHORTEST, most=LONGEST)
    community_id = _place(turn, text)
    due_at = turn.now + turn.content.rules.draft if asked else None
    if publishing.doubt(text) == "conflict":
        number = drafts.add(turn.tx, turn.person_id, text, community_id=community_id, due_at=None, now=turn.now)
        rows = ((turn.button("council.mediate", "hand_on:dispute"),), (turn.button("council.no_conflict", f"suggest:new:{number}"),))
        return [turn.say("council.conflict", *rows)]
    if community_id is None:
        number = drafts.add(turn.tx, turn.person_id, text, community_id=None, due_at=due_at, now=turn.now)
        places = [(Button(row.name, f"suggest:at:{number}:{row.id}"),) for row in persons.communities(turn.tx)]
        return [turn.say("council.which_community", *places)]
    alike = similar.find(turn.tx, community_id, text)
    if asked and not alike:
        return _put(turn, text, community_id)
    number = drafts.add(turn.tx, turn.person_id, text, community_id=community_id, due_at=due_at, now=turn.now)
    return [_choose(turn, number, alike)]


def _place(turn: Turn, text: str) -> int | None:
    """The community that her words name, else her own."""
    named = [row.id for row in persons.communities(turn.tx) if _names(row.name, text)]
    return named[0] if len(named) == 1 else threads.place_of(turn)


def _names(name: str, text: str) -> bool:
    return any(called in text for called in (name, *choices.called(name)) if len(called) > 2)


def _choose(turn: Turn, draft_id: int, alike: list[Like]) -> Outbound:
    """What is alike, each with 一样，我也支持; below, that hers is another, or that it shall not go in."""
    new = (turn.button("council.new", f"suggest:new:{draft_id}"), turn.button("council.not_now", f"suggest:drop:{draft_id}"))
    shown = [row for like in alike if (row := suggestions.lead(turn.tx, like.id)) is not None]
    rows = list({row.id: row for row in shown}.values())
    if not rows:
        return turn.say("council.put_in", new)
    lines = [turn.words("council.alike")]
    lines += [told_line(turn, row, number) for number, row in enumerate(rows, 1)]
    same = [(turn.button("council.same", f"suggest:same:{draft_id}:{row.id}", number=number),) for number, row in enumerate(rows, 1)]
    return Outbound(text="\n".join(lines), buttons=(*same, (turn.button("council.different", new[0].choice), new[1])))


def told_line(turn: Turn, row: Suggestion, number: int) -> str:
    """A suggestion in a list: its words, how many want it, where it stands."""
    state = turn.words(f"council.state_{row.state}")
    return turn.words("council.line", number=number, text=short(row.text), count=row.voices, state=state)


def at(turn: Turn, argument: str) -> list[Outbound]:
    """A community for what she said. `argument`: draft:community."""
    number, _, place = argument.partition(":")
    draft = hers(turn, number)
    if all(row.id != row_id(place) for row in persons.communities(turn.tx)):
        raise Refused("talk.old_button")
    drafts.place(turn.tx, draft.id, row_id(place))
    alike = similar.find(turn.tx, row_id(place), draft.text)
    return new(turn, number) if draft.due_at is not None and not alike else [_choose(turn, draft.id, alike)]


def hers(turn: Turn, argument: str) -> Draft:
    """What she said and has not put in. Raises Refused where it is in, or gone."""
    draft = drafts.get(turn.tx, row_id(argument), turn.person_id)
    if draft is None:
        raise Refused("council.draft_gone")
    return draft


def new(turn: Turn, argument: str) -> list[Outbound]:
    """不一样 or 写进意见箱: hers is a suggestion of its own."""
    draft = hers(turn, argument)
    if draft.community_id is None:
        raise Refused("talk.old_button")
    drafts.remove(turn.tx, draft.id)
    return _put(turn, draft.text, draft.community_id)


def drop(turn: Turn, argument: str) -> list[Outbound]:
    """先不写."""
    drafts.remove(turn.tx, hers(turn, argument).id)
    return [turn.say("council.dropped")]


def _put(turn: Turn, text: str, community_id: int) -> list[Outbound]:
    return [stored(turn, put_in(turn, text, community_id))]


def stored(turn: Turn, row: Suggestion) -> Outbound:
    """It is in; by when it is answered, and what else she can do."""
    local = told.deadline(turn, row)
    phrase = "council.stored" if row.published_at is not None else "council.stored_looked_at"
    more = (turn.button("council.my_name", f"suggest:name:{row.id}"), turn.button("council.more", f"suggest:more:{row.id}"))
    out = turn.button("council.withdraw", f"suggest:withdraw:{row.id}")
    return turn.say(phrase, more, (out,), number=row.id, community=row.community, due=local)


def topic_of(text: str) -> str:
    """What it is about; `other` where no subject is recognised."""
    return topics(normalise(text))[0]


def put_in(scene: Scene, text: str, community_id: int) -> Suggestion:
    """A new suggestion of hers, without her name. What may tell of somebody waits until staff have looked. Raises Refused above her day's number."""
    if suggestions.said_since(scene.tx, scene.person_id, today_began(scene.now)) >= MOST_A_DAY:
        raise Refused("council.many", most=MOST_A_DAY)
    shown = not publishing.doubt(text)
    due_at = due("received", scene.now, scene.content.rules.deadlines, published=shown)
    number = suggestions.add(
        scene.tx,
        f"s{secrets.token_hex(5)}",
        community_id=community_id,
        text=text,
        now=scene.now,
        author_id=scene.person_id,
        topic=topic_of(text),
        published_at=scene.now if shown else None,
        due_at=due_at,
        escalate_at=due_at,
    )
    steps.add(scene.tx, number, "said", by=scene.person_id, now=scene.now)
    row = suggestions.get(scene.tx, number)
    assert row is not None
    if shown:
        similar.put(scene.tx, number, community_id, text)
    else:
        alert(scene, row, "council.staff_look")
    return row


def alert(scene: Scene, row: Suggestion, phrase: str) -> None:
    """Word to the community's coordinators; a number and no content, since a preview may be read by others."""
    voice = Turn.to(scene.tx, scene.content, scene.person_id, now=scene.now)
    word = voice.say(phrase, (voice.button("council.look", f"suggestion:{row.id}"),), number=row.id, community=row.community)
    tell(scene.tx, scene.content, coordinators(scene.tx, row.community_id), "staff", word, now=scene.now)


def settle(tx: Connection, content: Content, now: datetime) -> int:
    """What she had asked to put in goes in by itself, and she is told; how many."""
    rows = drafts.due(tx, now=now, limit=STEP)
    for draft in rows:
        turn = Turn.to(tx, content, draft.person_id, now=now)
        drafts.remove(tx, draft.id)
        assert draft.community_id is not None
        row = put_in(turn, draft.text, draft.community_id)
        word = turn.say("council.stored_by_itself", (turn.button("council.withdraw", f"suggest:withdraw:{row.id}"),), text=short(row.text))
        tell(tx, content, [draft.person_id], "answer", word, now=now)
    return len(rows)


def forget(tx: Connection, content: Content, now: datetime) -> int:
    """What nobody put in is not kept; nothing is left to do afterwards."""
    drafts.forget(tx, before=now - KEPT)
    return 0
