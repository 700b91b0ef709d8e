"""A tapped button, also one from before a restart, of an earlier question, of an earlier version or of another conversation."""

from __future__ import annotations

from collections.abc import Callable

from domain.forms import steps, which_days
from domain.forms.conversation import SUMMARY, checksum, say
from domain.forms.schema import TOGGLED, Choice, Question
from domain.forms.screens import ticks
from domain.forms.steps import Effects, stay
from domain.forms.values import answers_in, fit
from domain.forms.walk import Walk, base
from domain.plain import Json


def tap(walk: Walk, token: str) -> Effects:
    """Do what the button was for. The same button twice does no harm, for each says what shall be, not what shall change."""
    parts = token.split(":", 4)
    if len(parts) != 5 or parts[0] != "f" or parts[1] != walk.key:
        return stay(walk, say("form.old_button"))
    path, code = parts[3], parts[4]
    if code.startswith("!"):
        return _control(walk, path, code[1:])
    question = walk.applies_now(path)
    if question is None or path.endswith("/+"):
        return stay(walk, say("form.old_button_gone"))
    place = base(path, question)
    if code.startswith("@"):
        return _year(walk, place, code[1:])
    return _toggle(walk, place, question, code) if question.type in TOGGLED else _value(walk, path, question, code)


def _year(walk: Walk, place: str, year: str) -> Effects:
    if walk.at != place or walk.asking:
        walk.go(place)
    walk.year = year if year.isascii() and year.isdigit() and len(year) == 4 and year > "0000" else ""
    return stay(walk, edit=True)


def _choice(options: tuple[Choice, ...], code: str) -> Choice | None:
    hashed = code.startswith("~")
    return next((one for one in options if one.name == code or (hashed and checksum(one.name) == code)), None)


def _toggle(walk: Walk, place: str, question: Question, code: str) -> Effects:
    choice = _choice(walk.options(question), code[1:])
    if choice is None or code[0] not in "+-":
        return stay(walk, say("form.old_button_gone"))
    if walk.at != place or walk.asking:
        walk.go(place)
    ticked = [name for name in ticks(walk, question) if name != choice.name]
    walk.toggles = [*ticked, choice.name] if code[0] == "+" else ticked
    return stay(walk, edit=True)


def _value(walk: Walk, path: str, question: Question, code: str) -> Effects:
    options, place = walk.options(question), base(path, question)
    inner = question.questions[0] if question.listed else question
    choice = _choice(options, code)
    value: Json = choice.recorded if choice is not None else fit(inner, code, options) if inner.type == "month" else None
    if value is None:
        return stay(walk, say("form.old_button_gone"))
    if question.listed:
        entries = answers_in(walk.answers.get(place))
        number = path.rpartition("/")[2]
        index = min(int(number), len(entries)) if number.isascii() and number.isdigit() and len(number) < 4 else len(entries)
        value = [*entries[:index], value, *entries[index + 1 :]]
    if place == walk.at and not (question.listed and walk.answers.get(place) == value):
        return steps.accept(walk, place, question, value)
    return steps.amend(walk, place, question, value)


def _control(walk: Walk, path: str, code: str) -> Effects:
    word, _, rest = code.partition(".")
    if path == SUMMARY or word in _ANYWHERE:
        return _ANYWHERE[word](walk, path) if word in _ANYWHERE else stay(walk, say("form.old_button_passed"))
    if word.startswith(("yes~", "again~")) or which_days.tapped(word):
        return _answered(walk, code)
    if word == "sure":
        return steps.sure(walk) if walk.asking == rest else stay(walk, say("form.old_button_passed"))
    question = walk.applies_now(path)
    if question is None:
        return stay(walk, say("form.old_button_gone"))
    if word == "open":
        return steps.open_place(walk, path)
    if word in _PAGES:
        return _page(walk, base(path, question), word, rest)
    if path != walk.at or walk.asking or word not in _HERE:
        # 好了 or 跳过 of a step that is behind her: nothing that she answered since is touched
        return stay(walk, say("form.old_button_passed")) if word in _HERE and walk.answers.get(path) is None else stay(walk)
    return _HERE[word](walk, question, rest)


def _answered(walk: Walk, code: str) -> Effects:
    tag = checksum(str(walk.pending))
    if walk.asking not in ("words", "days") or not code.endswith(tag):
        return stay(walk, say("form.old_button_passed"))
    if walk.asking == "days" and (days := which_days.tapped(code)):
        walk.pending = which_days.on(walk.form, walk.pending, days)
        if set(walk.pending) == {walk.at}:
            return steps.confirm(walk)
        walk.asking = "words"
        return stay(walk)
    if code.startswith("yes"):
        return steps.confirm(walk)
    return say_again(walk)


def say_again(walk: Walk) -> Effects:
    walk.asking, walk.pending = "", {}
    return stay(walk, say("form.say_again"))


def _page(walk: Walk, place: str, word: str, rest: str) -> Effects:
    if walk.at != place or walk.asking:
        walk.go(place)
    walk.year = ""
    if word == "all":
        walk.search = ""
    if word == "more":
        walk.page = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 4 else 0
    return stay(walk, edit=True)


def _go_on(walk: Walk, _: str) -> Effects:
    walk.asking, walk.pending = "", {}
    return stay(walk)


def _another(walk: Walk, question: Question, rest: str) -> Effects:
    return steps.another(walk, question) if rest == str(walk.counts.get(question.name, 0)) else stay(walk)


def _drop(walk: Walk, question: Question, rest: str) -> Effects:
    return steps.drop_last(walk, question) if rest == str(walk.counts.get(question.name, 0)) else stay(walk)


def _remove(walk: Walk, question: Question, rest: str) -> Effects:
    index, _, count = rest.partition(".")
    same = count == str(len(answers_in(walk.answers.get(question.name))))
    return steps.remove(walk, question, int(index), edit=True) if same and index.isascii() and index.isdigit() else stay(walk)


_ANYWHERE: dict[str, Callable[[Walk, str], Effects]] = {
    "back": steps.back,
    "later": lambda walk, _: steps.later(walk),
    "cancel": lambda walk, _: steps.ask_cancel(walk),
    "change": lambda walk, _: steps.open_place(walk, SUMMARY),
    "go": _go_on,
    "submit": lambda walk, _: steps.submit(walk),
    "fill": lambda walk, _: steps.advance(walk),
}
_PAGES = ("more", "years", "all")
_HERE: dict[str, Callable[[Walk, Question, str], Effects]] = {
    "ready": lambda walk, question, _: steps.ready(walk, question),
    "keep": lambda walk, question, _: steps.keep(walk, question),
    "skip": lambda walk, question, _: steps.skip(walk, walk.at, question),
    "enough": lambda walk, question, _: steps.enough(walk, question),
    "another": _another,
    "drop": _drop,
    "remove": _remove,
}
