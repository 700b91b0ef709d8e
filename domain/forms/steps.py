"""What a tap or a word does to a conversation once it is understood; each function changes the walk and says what follows."""

from __future__ import annotations

from collections.abc import Sequence

from domain.forms.conversation import SUMMARY, Cancelled, Done, Effect, Postponed, Status, say
from domain.forms.schema import TOGGLED, Question
from domain.forms.screens import name_of, show, ticks
from domain.forms.values import LIST_MAX, answers_in, fit, in_words, joined
from domain.forms.walk import Walk, base
from domain.plain import Json

Effects = list[Effect]


def stay(walk: Walk, *said: Effect, edit: bool = False) -> Effects:
    """Say something and show the same place again; nothing is lost."""
    return [*said, show(walk, edit=edit)]


def advance(walk: Walk, *, edit: bool = False) -> Effects:
    """Go on to the first open question, to the summary, or to an early end."""
    if walk.ends_early:
        return _end_early(walk)
    walk.go(walk.first_open)
    return [show(walk, edit=edit)]


def open_place(walk: Walk, path: str) -> Effects:
    walk.go(path)
    return [show(walk)]


def problem(walk: Walk, path: str, question: Question, value: Json) -> Effect | None:
    """Why a value cannot be recorded; None where it can."""
    if value == []:
        return say("form.required") if question.required else None
    fitted = fit(question, value, walk.options(question))
    if fitted is None:
        return (
            say("form.list_full", most=LIST_MAX)
            if question.listed and len(answers_in(value)) > LIST_MAX
            else say("form.not_understood.other")
        )
    if not walk.valid(path, question, fitted):
        inner = question.questions[0] if question.listed else question
        return say("form.message", text=inner.constraint_message or question.constraint_message or say("form.constraint"))
    return None


def record(walk: Walk, path: str, question: Question, value: Json) -> None:
    """Keep a value that has no problem; an empty choice is an answer too."""
    walk.answers[path] = fit(question, value, walk.options(question)) if value != [] else []
    walk.origin.pop(path, None)
    walk.waiting.pop(path, None)
    walk.changed()


def accept(walk: Walk, path: str, question: Question, value: Json) -> Effects:
    """Take the answer to the question she stands at, and go on; a list stays open for its next entry."""
    wrong = problem(walk, path, question, value)
    if wrong is not None:
        return stay(walk, wrong)
    record(walk, path, question, value)
    if question.listed:
        walk.go(path)
        return stay(walk, edit=True)
    return advance(walk)


def amend(walk: Walk, path: str, question: Question, value: Json) -> Effects:
    """Change an answer from elsewhere (an old button), then go on where she was."""
    if walk.answers.get(path) == value:
        return stay(walk)
    wrong = problem(walk, path, question, value)
    if wrong is not None:
        return stay(walk, wrong)
    record(walk, path, question, value)
    said = say("form.changed", what=name_of(walk, path), value=in_words(question, value, walk.options(question)))
    if walk.at == SUMMARY or walk.ends_early or walk.applies_now(walk.at) is None:
        return [said, *advance(walk)]
    walk.asking, walk.pending = "", {}
    return stay(walk, said)


def add(walk: Walk, question: Question, values: Sequence[Json]) -> Effects:
    """More entries for a list that is walked on one screen."""
    return accept(walk, question.name, question, [*answers_in(walk.answers.get(question.name)), *values])


def ready(walk: Walk, question: Question) -> Effects:
    """好了: the ticks are the answer, the list is whole."""
    if question.type in TOGGLED and (walk.toggles is not None or walk.answers.get(walk.at) is None):
        chosen = joined(question, ticks(walk, question), walk.options(question))
        if not chosen and question.required:
            return stay(walk, say("form.required"))
        return accept(walk, walk.at, question, chosen) if chosen else skip(walk, walk.at, question)
    if question.listed and not walk.answers.get(walk.at):
        return skip(walk, walk.at, question)
    return keep(walk, question)


def keep(walk: Walk, question: Question) -> Effects:
    """不改: the earlier answer, or the default, stands."""
    if walk.answers.get(walk.at) is not None:
        return advance(walk)
    return accept(walk, walk.at, question, question.default) if question.default is not None else stay(walk)


def skip(walk: Walk, path: str, question: Question) -> Effects:
    if question.required:
        return stay(walk, say("form.cannot_skip"))
    if path.endswith("/+"):
        return enough(walk, question)
    walk.answers[base(path, question)] = None
    walk.origin.pop(path, None)
    walk.waiting.pop(path, None)
    walk.changed()
    return advance(walk)


def another(walk: Walk, question: Question) -> Effects:
    if walk.counts.get(question.name, 0) >= LIST_MAX:
        return stay(walk, say("form.list_full", most=LIST_MAX))
    walk.counts[question.name] = walk.counts.get(question.name, 0) + 1
    walk.closed = [one for one in walk.closed if one != question.name]
    walk.changed()
    return advance(walk)


def enough(walk: Walk, question: Question) -> Effects:
    walk.closed = [*(one for one in walk.closed if one != question.name), question.name]
    walk.changed()
    return advance(walk)


def drop_last(walk: Walk, question: Question) -> Effects:
    index = walk.counts.get(question.name, 0) - 1
    if index < int(question.required):
        return stay(walk)
    for inner in question.questions:
        walk.answers.pop(f"{question.name}/{index}/{inner.name}", None)
    walk.counts[question.name] = index
    walk.changed()
    return stay(walk)


def remove(walk: Walk, question: Question, index: int, edit: bool = False) -> Effects:
    """Take one entry out of a list."""
    listed = list(answers_in(walk.answers.get(question.name)))
    if not 0 <= index < len(listed):
        return stay(walk, say("form.no_such_number", number=index + 1, most=len(listed)))
    del listed[index]
    walk.answers[question.name] = listed
    if not listed:
        del walk.answers[question.name]
    walk.changed()
    walk.go(question.name)
    return stay(walk, edit=edit)


def back(walk: Walk, path: str) -> Effects:
    """One place back from `path`; out of a question 'are you sure' back to what it was about."""
    if walk.asking:
        walk.asking, walk.pending = "", {}
        return stay(walk)
    before = walk.before(path)
    return open_place(walk, before) if before else stay(walk, say("form.at_first"))


def later(walk: Walk) -> Effects:
    walk.status = "postponed"
    return [Postponed()]


def ask_cancel(walk: Walk) -> Effects:
    walk.asking, walk.pending = "cancel", {}
    return stay(walk)


def sure(walk: Walk) -> Effects:
    if walk.asking == "end":
        return finish(walk)
    _leave(walk, "cancelled")
    return [Cancelled()]


def submit(walk: Walk) -> Effects:
    if walk.ends_early:
        return _end_early(walk)
    if walk.first_open != SUMMARY:
        walk.go(walk.first_open)
        return stay(walk, say("form.not_yet"))
    return finish(walk)


def finish(walk: Walk) -> Effects:
    result = walk.result()
    _leave(walk, "done")
    return [Done(result)]


def _leave(walk: Walk, status: Status) -> None:
    """An ended conversation keeps no answers: what she cancelled is gone, and what she submitted is kept in one place only."""
    walk.go(SUMMARY)
    walk.status, walk.answers, walk.waiting, walk.origin, walk.counts, walk.closed = status, {}, {}, {}, {}, []


def _end_early(walk: Walk) -> Effects:
    """End at once where nothing would be lost; else ask, for one wrong tap must not throw a whole form away."""
    names = walk.form.end_when.names if walk.form.end_when else ()
    given = [
        path
        for path, value in walk.answers.items()
        if path not in names and value not in (None, []) and (question := walk.form.at(path)) is not None and question.type != "calculate"
    ]
    if not given:
        return finish(walk)
    walk.go(names[0])
    walk.asking = "end"
    return [show(walk)]


def confirm(walk: Walk) -> Effects:
    """对: what was read from her words is taken, here and for questions still to come."""
    pending, at = walk.pending, walk.at
    walk.asking, walk.pending = "", {}
    question = walk.form.at(at)
    for path, value in pending.items():
        other = walk.applies_now(path)
        if at == SUMMARY and other is not None:
            if problem(walk, path, other, value) is None:
                record(walk, path, other, value)
        elif path != at:
            walk.waiting[path] = value
            walk.origin[path] = "heard"
    if at == SUMMARY:
        return advance(walk)
    if question is not None and at in pending:
        return add(walk, question, answers_in(pending[at])) if question.listed else accept(walk, at, question, pending[at])
    walk.changed()
    return [show(walk)]
