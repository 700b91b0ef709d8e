"""活动, as a mother sees them: what there is, near and far, joined as a class is, and what she thought of it afterwards."""

from __future__ import annotations

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Outbound
from domain.plain import id_of, text_of
from domain.training.activities import MARKS
from handlers import forms
from handlers.scene import row_id
from handlers.training.classes import away, paged
from handlers.turn import Turn
from storage.conversations import About
from storage.training import activities, classes
from storage.work import seekers

FORM = "activity_word"


def coming(turn: Turn, argument: str = "") -> list[Outbound]:
    """活动: what can be joined; her community's first, then the nearest. `argument`: how many she saw."""
    home, found = seekers.home(turn.tx, turn.person_id), classes.coming(turn.tx, now=turn.now, kind="activity")
    found.sort(key=lambda row: (row.community_id != turn.community_id, away(home, row)))
    if not found:
        return [turn.say("activities.none", (turn.button("menu.call", "menu:call"),))]
    return [paged(turn, found, argument, head="activities.open", more="menu:activities")]


def rate(turn: Turn, argument: str) -> list[Outbound]:
    """`thought:7:3`: what she thought of an activity in which she had a place; `thought:7:words` asks for more. Raises Refused where she had none."""
    number, _, verb = argument.partition(":")
    row = classes.get(turn.tx, row_id(number))
    if row is None or row.kind != "activity" or classes.status_of(turn.tx, row.id, turn.person_id) != "enrolled":
        raise Refused("activities.gone")
    if verb == "words":
        return forms.start(turn, FORM, about={"activity": row.id})
    if verb not in map(str, MARKS):
        raise Refused("talk.old_button")
    activities.thought(turn.tx, row.id, turn.person_id, mark=int(verb))
    return [turn.say("activities.thanks", (turn.button("activities.more_words", f"thought:{row.id}:words"),))]


def add_words(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """In her own words; who held it reads them without her name."""
    if not activities.thought(turn.tx, id_of(about, "activity"), turn.person_id, word=text_of(answers, "word") or ""):
        raise Refused("activities.gone")
    return [turn.say("activities.word_kept")]
