"""Two records of one woman become one: only such as the system found alike, with a second person's word where both have a phone, undone with a tap."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.survey.at_the_door import woman
from handlers.survey.duplicates import like
from handlers.tell import coordinators, everywhere, for_others, tell
from handlers.turn import Turn
from storage import mergers, merging
from storage.mergers import Alike, Merged
from storage.people import persons
from storage.staff import roles, tasks
from storage.staff.tasks import Task
from storage.survey import campaigns
from storage.survey.campaigns import Woman

# The kind of task by which a second person is asked.
TASK = "same_woman"
SHOWN = 10
STEP = 100


def ask(turn: Turn, argument: str) -> list[Outbound]:
    """合并: first both records side by side and whose word would win, then, with a second tap, one record, or the question to somebody else."""
    first, _, rest = argument.partition(":")
    second, _, sure = rest.partition(":")
    kept, gone = woman(turn, first, "people.merge"), woman(turn, second, "people.merge")
    pair = _may_be_merged(turn, kept, gone)
    if sure != "yes":
        yes = turn.button("visits.merge_yes", f"merge:{kept.id}:{gone.id}:yes")
        return [_side_by_side(turn, kept, gone, ((yes,), (turn.button("visits.merge_no", "visits"),)))]
    if persons.seated(turn.tx, kept.id) and persons.seated(turn.tx, gone.id):
        return [_second_word(turn, pair, kept, gone)]
    row = _merge(turn, kept.id, gone.id)
    buttons = (turn.button("visits.list", "visits"), turn.button("visits.unmerge", f"unmerge:{row}"))
    return [turn.say("visits.merged", buttons, who=_called(turn, kept.id))]


def _may_be_merged(scene: Scene, kept: Woman, gone: Woman) -> Alike:
    """The row in which the system wrote that they are alike. Raises Refused where there is none, and where they are not any more."""
    pair = mergers.alike(scene.tx, kept.id, gone.id)
    still = campaigns.alike(scene.tx, phone=kept.phone_digest, name=kept.name_digest, besides=kept.id)
    if pair is None or pair.status in ("merged", "different") or gone.id not in {one.id for one in still}:
        raise Refused("visits.not_alike")
    if any(roles.works_here(scene.tx, one.id) for one in (kept, gone)):
        # Roles are given to a person: a record of somebody who works here is never swallowed by a tap at a door.
        raise Refused("visits.staff_stays")
    return pair


def _side_by_side(turn: Turn, kept: Woman, gone: Woman, buttons: tuple[tuple[Button, ...], ...]) -> Outbound:
    lines = [turn.words("visits.merge_sure"), like(turn, 1, kept), like(turn, 2, gone)]
    for name, wins, loses in merging.compare(turn.tx, kept.id, gone.id):
        if name not in ("community_id", "cell_id"):
            lines.append(turn.words("visits.wins", field=turn.words(f"visits.field_{name}"), wins=_said(wins), loses=_said(loses)))
    return Outbound(text="\n".join(lines), buttons=buttons, private=True)


def _said(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _called(turn: Turn, person_id: int) -> str:
    known = persons.get(turn.tx, person_id)
    return turn.called(known.name, known.key)


def _merge(scene: Scene, kept_id: int, gone_id: int) -> int:
    row = merging.merge(scene.tx, kept_id, gone_id, by=scene.person_id, now=scene.now)
    everywhere(scene, kept_id, for_others(scene.content).say("visits.merged_word"))
    return row


def _second_word(turn: Turn, pair: Alike, kept: Woman, gone: Woman) -> Outbound:
    """Both women sit at a phone of their own: whoever reads the one would then read the other. A second person has to say that it is one."""
    if pair.status == "asked":
        raise Refused("visits.merge_asked_before")
    mergers.ask(turn.tx, pair.id, kept_id=kept.id, by=turn.person_id)
    said = turn.words("visits.merge_task", one=turn.called(kept.name, kept.key), other=turn.called(gone.name, gone.key))
    tasks.put(turn.tx, TASK, kept.id, about_id=pair.id, said=said, now=turn.now)
    turn.log("people.merge_ask", "person", kept.id, other=gone.id)
    others = [one for one in coordinators(turn.tx, kept.community_id) if one != turn.person_id]
    word = turn.say("visits.merge_word", (turn.button("tasks.menu", f"tasks:{TASK}"),))
    tell(turn.tx, turn.content, others, "staff_list", word, now=turn.now)
    return turn.say("visits.merge_asked", (turn.button("visits.list", "visits"),))


def _asked(scene: Scene, likeness_id: int) -> tuple[Alike, Woman, Woman]:
    """What a second person is asked, for who is one. Raises Refused for who asked herself, and where she may not see both."""
    pair = mergers.alike_row(scene.tx, likeness_id)
    if pair is None or pair.status != "asked" or pair.kept_id is None:
        raise Refused("tasks.gone")
    if scene.person_id == pair.asked_by:
        raise Refused("visits.merge_second")
    gone_id = pair.second_id if pair.kept_id == pair.first_id else pair.first_id
    return pair, woman(scene, str(pair.kept_id), "people.merge"), woman(scene, str(gone_id), "people.merge")


def look(turn: Turn, argument: str) -> list[Outbound]:
    """Both records for the second person, with her two answers."""
    pair, kept, gone = _asked(turn, row_id(argument))
    task = tasks.about(turn.tx, TASK, pair.id)
    if task is None or task.closed_at is not None:
        raise Refused("tasks.gone")
    answers = tuple((turn.button(f"tasks.outcome_{one}", f"task:{task.id}:{one}"),) for one in ("same", "different"))
    return [_side_by_side(turn, kept, gone, answers)]


def answered(scene: Scene, task: Task, outcome: str) -> None:
    """The second person's word: one woman, or two. Raises Refused where it is the first person's, and where they are not alike any more."""
    pair, kept, gone = _asked(scene, task.about_id)
    if outcome == "same":
        _may_be_merged(scene, kept, gone)
        _merge(scene, kept.id, gone.id)
    else:
        scene.log("people.merge_refuse", "person", kept.id, other=gone.id)
        mergers.different(scene.tx, pair.id)


def merged(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What was merged within the last thirty days in one's own scope; each can be taken apart."""
    rows = mergers.within_scopes(turn.tx, turn.scopes("people.merge"), now=turn.now, limit=SHOWN)
    if not rows:
        return [turn.say("visits.no_mergers")]
    for row in rows:
        turn.log("people.see", "person", row.kept_id)
    buttons = ((Button(_line(turn, row), f"unmerge:{row.id}"),) for row in rows)
    return [turn.say("visits.mergers", *buttons)]


def any_merged(turn: Turn) -> bool:
    """Whether there is something to take apart."""
    return bool(mergers.within_scopes(turn.tx, turn.scopes("people.merge"), now=turn.now, limit=1))


def _line(turn: Turn, row: Merged) -> str:
    at = row.merged_at.astimezone(LOCAL)
    return turn.words("visits.merger", month=at.month, day=at.day, who=turn.called(row.name, row.key))


def unmerge(turn: Turn, argument: str) -> list[Outbound]:
    """拆开: asked once more, then both are as they were, and both are told."""
    number, _, sure = argument.partition(":")
    row = mergers.get(turn.tx, row_id(number), now=turn.now)
    if row is None:
        raise Refused("visits.unmerge_late")
    turn.need("people.merge", row.community_id, cell_id=row.cell_id)
    if sure != "yes":
        yes = turn.button("visits.unmerge_yes", f"unmerge:{row.id}:yes")
        return [turn.say("visits.unmerge_sure", (yes,), (turn.button("visits.merge_no", "merged"),), who=turn.called(row.name, row.key))]
    undo(turn, row)
    return [turn.say("visits.unmerged", (turn.button("visits.list", "visits"),))]


def undo(scene: Scene, row: Merged) -> None:
    """Both are as they were before, each at her own addresses, and hear of it."""
    if not mergers.undo(scene.tx, row, by=scene.person_id, now=scene.now):
        raise Refused("visits.unmerge_late")
    for person_id in (row.kept_id, row.gone_id):
        scene.log("people.unmerge", "person", person_id, merger=row.id)
        everywhere(scene, person_id, for_others(scene.content).say("visits.unmerged_word"))


def forget(tx: Connection, _content: Content, now: datetime) -> int:
    """The clock's step: what is older than thirty days is not kept for undoing any more."""
    return mergers.forget(tx, now=now, limit=STEP)
