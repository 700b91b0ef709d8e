"""How it goes after a start: she is asked on day 7, 30 and 90 with three taps, and what she answers is acted upon at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Outbound
from domain.notices import today_began
from handlers import forms
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.tell import coordinators, for_others, tell
from handlers.turn import Turn
from handlers.work import browsing, wages
from storage import conversations, notices
from storage.conversations import About
from storage.people import persons
from storage.staff import tasks
from storage.work import follow_ups, places
from storage.work.follow_ups import FollowUp

STEP = 50
ASKED = 2
AGAIN_AFTER = timedelta(days=3)
_BOOL = {"yes": True, "no": False, "short": False}


def ask(tx: Connection, content: Content, now: datetime) -> int:
    """Ask who is due; who did not answer twice, or cannot be asked at all, goes on the list of those who live near her. How many rows."""
    rows = follow_ups.due(tx, now=now, limit=STEP)
    silent = []
    for row in rows:
        if row.application_status != "started" or persons.profile(tx, row.person_id) is None:
            # She left, or had her data deleted: nobody asks her.
            follow_ups.change(tx, row.id, status="cancelled", due_at=None)
        elif row.asked >= ASKED or persons.reach(tx, row.person_id) is None:
            follow_ups.change(tx, row.id, status="unanswered", due_at=None)
            silent.append(row)
        else:
            _ask(Turn.to(tx, content, row.person_id, now=now), row)
    _unanswered(tx, content, silent, now=now)
    return len(rows)


def _ask(turn: Turn, row: FollowUp) -> None:
    buttons = (
        turn.button("follow_ups.still_there", f"follow_up:{row.id}:yes"),
        turn.button("follow_ups.left", f"follow_up:{row.id}:no"),
    )
    text = turn.words(f"follow_ups.ask_{row.day}", title=row.title, enterprise=row.enterprise)
    tell(turn.tx, turn.content, [turn.person_id], "follow_up", Outbound(text=text, buttons=(buttons,)), now=turn.now)
    follow_ups.change(turn.tx, row.id, status="asked", asked=row.asked + 1, due_at=turn.now + AGAIN_AFTER)


def _unanswered(tx: Connection, content: Content, rows: list[FollowUp], *, now: datetime) -> None:
    """Each is on the list of her cell; whoever holds it is told once a day, the coordinator where nobody does."""
    told: set[int] = set()
    for row in rows:
        turn = Turn.to(tx, content, row.person_id, now=now)
        said = turn.words("follow_ups.silent", day=row.day, title=row.title, enterprise=row.enterprise)
        tasks.put(tx, "no_answer", row.person_id, about_id=row.id, said=said, now=now)
        person = persons.get(tx, row.person_id)
        told.update(tasks.holders(tx, person.cell_id) or coordinators(turn.tx, person.community_id))
    for whom in sorted(told):
        if notices.told_of(tx, whom, "staff_list", since=today_began(now)):
            continue
        turn = Turn.to(tx, content, whom, now=now)
        word = turn.say("follow_ups.new_tasks", (turn.button("tasks.menu", "tasks:no_answer"),))
        tell(tx, content, [whom], "staff_list", word, now=now)


def begin(turn: Turn, argument: str) -> list[Outbound]:
    """Her first tap, however late: the form goes on from there."""
    number, _, word = argument.partition(":")
    row = _hers(turn, number)
    if word not in ("yes", "no", "again"):
        raise Refused("talk.old_button")
    if row.status == "cancelled" or (row.status == "answered" and row.still_there is False):
        return [turn.say("follow_ups.over", (turn.button("menu.work", "menu:work"),))]
    if row.status == "answered" and word != "again":
        return [turn.say("follow_ups.answered_before", (turn.button("follow_ups.answer_again", f"follow_up:{row.id}:again"),))]
    about = {"follow_up": row.id}
    _drop(turn, about)
    return forms.start(turn, "follow_up", known={} if word == "again" else {"still_there": word}, about=about)


def _drop(turn: Turn, about: About) -> None:
    """Her newest tap counts: what she began before and left half done is no more."""
    before = conversations.postponed(turn.tx, turn.person_id, "follow_up", about=about)
    if before is None and turn.conversation_id is not None:
        current = conversations.get(turn.tx, turn.conversation_id, turn.person_id)
        before = current if current and (current.form, current.about) == ("follow_up", about) else None
    if before is not None:
        forms.drop(turn, str(before.id))


def _hers(turn: Turn, number: str) -> FollowUp:
    row = follow_ups.get(turn.tx, row_id(number))
    if row is None or row.person_id != turn.person_id:
        raise Refused("talk.old_button")
    return row


def finished(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """Keep what she answered; wages that are missing go to the coordinator, and who left sees what fits her now."""
    row = _hers(turn, str(about.get("follow_up", "")))
    still = answers["still_there"] == "yes"
    _record(
        turn, row, still=still, paid_on_time=_BOOL.get(str(answers["paid_on_time"])), right_amount=_BOOL.get(str(answers["right_amount"]))
    )
    word = (turn.button("follow_ups.say_more", f"word:{row.id}"),)
    if trouble := missing(answers):
        said = turn.words(f"wages.said_{trouble}", day=row.day, title=row.title, enterprise=row.enterprise)
        wages.raised(turn, turn.person_id, about_id=row.id, said=said)
        replies = [turn.say("follow_ups.wage_told", word)]
    else:
        replies = [turn.say("follow_ups.thanks", word)]
    return replies if still else [*replies, *browsing.begin(turn)]


def missing(answers: Answers) -> str:
    """What is wrong with her wages: short, unpaid, or nothing. Who left is due all of it at once (wage rules, art. 9)."""
    if answers["right_amount"] == "short":
        return "short"
    due = answers["paid_on_time"] != "not_yet" or answers["still_there"] == "no"
    return "unpaid" if answers["right_amount"] == "nothing" and due else ""


def _record(scene: Scene, row: FollowUp, *, still: bool, paid_on_time: bool | None = None, right_amount: bool | None = None) -> None:
    told: follow_ups.Told = {"still_there": still, "paid_on_time": paid_on_time, "right_amount": right_amount}
    follow_ups.change(scene.tx, row.id, status="answered", due_at=None, answered_at=scene.now, **told)
    if not still:
        places.ended(scene.tx, row.application_id, "follow_up", scene.now)
        follow_ups.cancel(scene.tx, row.application_id)
        if persons.profile(scene.tx, row.person_id) is not None:
            # She changed, as far as posts are concerned for which nobody was left.
            persons.save_profile(scene.tx, row.person_id, {}, now=scene.now)


def word(turn: Turn, argument: str) -> list[Outbound]:
    """说两句: a free word on top, which nobody has to give."""
    row = _hers(turn, argument)
    return forms.start(turn, "follow_up_word", about={"follow_up": row.id})


def word_given(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """Her word goes to the coordinator: with the wages where they are open, else as something to read."""
    row = _hers(turn, str(about.get("follow_up", "")))
    words = "\n".join(part for part in (row.said, str(answers["said"])) if part)
    follow_ups.change(turn.tx, row.id, said=words)
    open_ = tasks.about(turn.tx, "wage", row.id)
    if open_ is not None and open_.closed_at is None:
        tasks.say(turn.tx, open_.id, f"{open_.said}\n{answers['said']}")
    else:
        about_it = turn.words("follow_ups.word_about", day=row.day, title=row.title, enterprise=row.enterprise)
        tasks.put(turn.tx, "word", turn.person_id, about_id=row.id, said=f"{about_it}\n{words}", now=turn.now)
    return [turn.say("follow_ups.word_kept")]


def visited(scene: Scene, task: tasks.Task, outcome: str) -> None:
    """What staff heard from her at the door counts as her answer."""
    row = follow_ups.get(scene.tx, task.about_id)
    if row is None or row.status == "answered" or outcome == "lost":
        return
    _record(scene, row, still=outcome != "left")
    if outcome == "wage":
        about = for_others(scene.content).words("wages.said_door", day=row.day, title=row.title, enterprise=row.enterprise)
        wages.raised(scene, row.person_id, about_id=row.id, said=about)
