"""Walks a form in a chat, one message a step: pure, so that the same conversation and answer always give the same step."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from domain.codebook import Slots
from domain.forms import heard as hearing
from domain.forms.conversation import SUMMARY, Answer, Around, Conversation, Effect, Reader, Step, Words, missed, say
from domain.forms.numerals import numbers
from domain.forms.schema import Answers, Form, Lists
from domain.forms.screens import name_of, show, values_said
from domain.forms.steps import Effects, accept, advance, stay
from domain.forms.taps import tap
from domain.forms.typed import LONGEST, words_said
from domain.forms.values import clean, fit
from domain.forms.walk import Walk
from domain.forms.words import plain
from domain.plain import Json

__all__ = ["Answer", "Conversation", "Step", "begin", "resume"]


def begin(
    form: Form,
    *,
    key: str,
    known: Answers,
    heard: Slots,
    lists: Lists,
    now: datetime,
    language: str = "zh",
    carries_private: bool = True,
    told: Answers | None = None,
) -> Step:
    """Start a form. `told`: answers by question that she gave before in the talk. `known`: answers by question that are already stored, never asked again (None: skipped then). `heard`: a reading of what she said before.

    `key` is the short id of the conversation's row (at most 10 bytes, no colon). `lists`: choices of external lists.
    `carries_private`: whether the channel may carry child data (Capabilities.carries_private).
    """
    around = Around(now=now, lists=lists, reader=_reader, carries_private=carries_private)
    walk = Walk(form, Conversation(form=form.name, version=form.version, key=key, language=language), around)
    stored = {name: value for name, value in known.items() if name in form.named and _fits(walk, name, value)}
    said = {
        name: value
        for name, value in {**hearing.answers(form, heard, today=now.date(), lists=lists), **(told or {})}.items()
        if stored.get(name) in (None, []) and _fits(walk, name, value)
    }
    walk.waiting = stored | said
    walk.origin = dict.fromkeys(stored, "known") | dict.fromkeys(said, "heard")
    heard_back = values_said(walk, said)
    effects = advance(walk)
    if heard_back and walk.status != "done":
        line: tuple[Words, ...] = (say("form.heard", what=say("form.joined", parts=heard_back)),)
        effects = [show(walk, first=line)]
    return Step(walk.frozen(), tuple(effects))


def resume(
    form: Form,
    conversation: Conversation,
    answer: Answer,
    now: datetime,
    *,
    lists: Lists,
    reader: Reader | None = None,
    carries_private: bool = True,
) -> Step:
    """One step with what she sent. Never raises, whatever it is. An empty answer to a postponed conversation shows where it stands.

    `reader` reads words into the slots of the codebook; domain.reading.answered where none is given.
    """
    if conversation.status in ("done", "cancelled"):
        return Step(conversation, (say("form.old_button_done" if answer.choice else "form.finished"),))
    walk = Walk(form, conversation, Around(now=now, lists=lists, reader=reader or _reader, carries_private=carries_private))
    was_postponed, walk.status = walk.status == "postponed", "open"
    renewed = conversation.version != form.version
    changes = _renew(walk) if renewed else []
    if walk.at != SUMMARY and walk.applies_now(walk.at) is None:
        walk.go(walk.first_open)
        changes = changes or [say("form.question_gone")] if not was_postponed else changes
        effects = tap(walk, answer.choice) if answer.choice else stay(walk)
    elif was_postponed and plain(answer.text[:20]) in ("", "继续", "接着填", "好", "好的") and not answer.choice and answer.place is None:
        effects = stay(walk)
    elif renewed and not answer.choice and numbers(plain(answer.text[:20])):
        # A number belongs to the list she saw, which may have changed.
        effects = stay(walk, say("form.choose_again"))
    else:
        effects = _answered(walk, answer)
    walk.misses = walk.misses + 1 if missed(effects) else 0
    return Step(walk.frozen(), (*changes, *effects))


def _answered(walk: Walk, answer: Answer) -> Effects:
    if answer.choice:
        return tap(walk, answer.choice)
    if answer.place is not None:
        return _place(walk, answer.place)
    text = clean(answer.text)
    short = plain(text[: LONGEST + 1])
    return words_said(walk, text, short) if short else stay(walk, say("form.unreadable"))


def _place(walk: Walk, place: tuple[float, float]) -> Effects:
    question = walk.form.at(walk.at)
    if question is None or question.type != "place":
        return stay(walk, say("form.no_place_wanted"))
    return accept(walk, walk.at, question, list(place))


def _fits(walk: Walk, name: str, value: Json) -> bool:
    question = walk.form.named[name]
    if value in (None, []):
        return not question.required
    return fit(question, value, walk.options(question)) is not None


def _renew(walk: Walk) -> list[Effect]:
    """Carry a conversation over to the form's present version: what still is an answer stays. Says in one line what was dropped."""
    form = walk.form
    walk.version = form.version
    walk.asking, walk.pending, walk.page, walk.search, walk.year, walk.toggles = "", {}, 0, "", "", None
    gone, again = 0, []
    for path, value in list(walk.answers.items()):
        question = form.at(path)
        if question is None or question.type in ("note", "calculate"):
            gone += int(question is None and value is not None)
            del walk.answers[path]
        elif value not in (None, []) and walk.accepts(path, question, value) is None:
            again.append(name_of(walk, path))
            del walk.answers[path]
    walk.origin = {path: origin for path, origin in walk.origin.items() if form.at(path) is not None}
    walk.waiting = {name: value for name, value in walk.waiting.items() if name in form.named}
    walk.counts = {name: count for name, count in walk.counts.items() if name in form.named}
    walk.closed = [name for name in walk.closed if name in form.named]
    if again:
        return [say("form.renewed_again", questions=tuple(again))]
    return [say("form.renewed_gone", count=gone)] if gone else []


@cache
def _domain_reader() -> Reader:
    from domain.reading import answered  # the lexicons load only when somebody writes a sentence

    return answered


def _reader(text: str) -> Slots:
    return _domain_reader()(text)
