"""A text said in a form is weighed twice: how well it answers the open question, and what else it may mean."""

from __future__ import annotations

from domain.forms.conversation import SUMMARY, Answer, Step
from domain.messages import Outbound
from handlers import forms, free_text
from handlers.free_text import Meaning
from handlers.turn import Turn

# What is a matter of its own wherever it is said. A wish for work or a class answers the questions of her own form as well.
MATTERS = {"dispute", "check_ad", "unsubscribe", "resubscribe", "my_data", "wage", "suggest", "human", "help"}
WISHES = {"find_work", "find_training", "register"}
# Shorter texts are answers, or nothing.
SHORTEST = 3
# Misses in a row after which another way is shown.
ANOTHER_WAY = 2


def heard(turn: Turn, text: str) -> list[Outbound]:
    """What clearly is another matter is dealt with at once, and the form waits; anything else is an answer to it."""
    step, meaning = forms.tried(turn, Answer(text=text)), Meaning(turn, text)
    own = step.conversation.form in turn.content.capabilities.own_forms
    if not own or len(text) < SHORTEST or not _another_matter(turn, meaning, step):
        replies = forms.carry_out(turn, step)
        return [*replies, *_another_way(turn, step)] if step.missed and step.conversation.misses >= ANOTHER_WAY else replies
    return [*free_text.act_on(turn, meaning), waits(turn)]


def waits(turn: Turn) -> Outbound:
    """One line with one button: the form is where it was."""
    return turn.say("talk.form_waits", (turn.button("talk.go_on", "menu:go_on"),))


def _another_matter(turn: Turn, meaning: Meaning, step: Step) -> bool:
    """Whether it is no plain answer, and what it means can be dealt with apart from the form."""
    if _taken(turn, step):
        return False
    if meaning.about is not None or (meaning.answer is not None and meaning.asks):
        return True
    intent = meaning.reading["intent"]
    # A wish without anything that it wishes is a word too little to leave the question for.
    return intent in MATTERS or (step.missed and intent in WISHES and len(meaning.reading) > 1)


def answers_plainly(turn: Turn, text: str) -> bool:
    """Whether these words are nothing but the answer to the question she was asked."""
    return turn.state is not None and _taken(turn, forms.tried(turn, Answer(text=text)))


def _taken(turn: Turn, step: Step) -> bool:
    went_on = step.conversation.at != (turn.state or {}).get("at", SUMMARY)
    return went_on and not step.missed and not step.asks_back and not _free_answer(turn)


def _free_answer(turn: Turn) -> bool:
    """Whether the open question takes any words, so that having taken them says nothing about what they mean."""
    form = turn.content.forms[str((turn.state or {}).get("form"))]
    question = form.at(str((turn.state or {}).get("at")))
    return question is not None and question.type == "text"


def _another_way(turn: Turn, step: Step) -> list[Outbound]:
    """After two misses in a row the same words are not said again: put it off, or ask a person."""
    aside = [turn.button("talk.later", "later"), turn.button("menu.call", "menu:call")]
    question = turn.content.forms[step.conversation.form].at(step.conversation.at)
    if question is not None and not question.required:
        aside.insert(0, turn.button("form.button_skip", "skip"))
    return [turn.say("talk.another_way", tuple(aside))]
