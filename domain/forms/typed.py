"""Typed words: a control word, a number, a label or part of one, or a sentence that may answer this question and later ones."""

from __future__ import annotations

import re

from domain.forms import heard, places, schema, steps, which_days, words
from domain.forms.answers import Parsed, parse
from domain.forms.conversation import SUMMARY, Effect, Say, say
from domain.forms.numerals import numbers
from domain.forms.schema import SELECTS, TOGGLED, Question
from domain.forms.screens import LONG, entries
from domain.forms.steps import Effects, stay
from domain.forms.taps import say_again
from domain.forms.values import TEXT_MAX, joined, toggled
from domain.forms.walk import Walk
from domain.plain import Json

LONGEST = 1000
_REMOVE = re.compile(r"(?:删|删掉|删除|去掉|去除)(.+)")
_ADD = words.several("有 还有 再加 再加一个 加 加一个 添加 是 是的 对 嗯 1")
_ENOUGH = words.several("没有 没有了 没了 没 不 不用 够了 无 2")


def words_said(walk: Walk, text: str, plain: str) -> Effects:
    """Do what she typed; `text` is cleaned, `plain` is its plain spelling and not empty."""
    if len(text) > LONGEST:
        return stay(walk, say("form.too_long", most=TEXT_MAX, length=len(text)))
    if walk.asking:
        answered = _asked(walk, plain)
        if answered is not None:
            return answered
        walk.asking, walk.pending = "", {}
    question = walk.form.at(walk.at)
    if question is None:
        return _at_summary(walk, text, plain)
    return _at_another(walk, question, plain) if walk.at.endswith("/+") else _at_question(walk, question, text, plain)


def _asked(walk: Walk, plain: str) -> Effects | None:
    """The answer to 对吗 or 确定吗; None where she said something else."""
    if walk.asking in ("words", "days") and words.control(plain) == words.GO_ON:
        return stay(walk)  # 继续 neither takes nor loses what was read
    if walk.asking == "days":
        if plain in words.NO - {"2"}:
            return say_again(walk)
        days = which_days.said(plain, walk.around.reader)
        return _on_days(walk, days) if days else None
    if walk.asking == "words":
        # 好了 below 对吗 means what was read, not a question left empty.
        if plain in words.YES or words.control(plain) == words.READY:
            return steps.confirm(walk)
        return say_again(walk) if plain in words.NO else None
    if plain in words.YES:
        return steps.sure(walk)
    if plain in words.NO or words.control(plain) in (words.READY, words.GO_ON):
        walk.asking = ""
        return stay(walk)
    if words.control(plain) == words.CANCEL and walk.asking == "cancel":
        return stay(walk)
    return None


def _on_days(walk: Walk, days: tuple[int, ...]) -> Effects:
    """The hours that she named are on these days; what else was read is said back first."""
    walk.pending = which_days.on(walk.form, walk.pending, days)
    if set(walk.pending) == {walk.at}:
        return steps.confirm(walk)
    walk.asking = "words"
    return stay(walk)


def _steer(walk: Walk, control: str) -> Effects | None:
    """The controls that mean the same everywhere."""
    if control == words.BACK:
        return steps.back(walk, walk.at)
    if control == words.CHANGE:
        return steps.open_place(walk, SUMMARY)
    if control == words.LATER:
        return steps.later(walk)
    if control == words.GO_ON:
        return steps.advance(walk) if walk.at == SUMMARY and walk.first_open != SUMMARY else stay(walk)
    return steps.ask_cancel(walk) if control == words.CANCEL else None


def _at_another(walk: Walk, question: Question, plain: str) -> Effects:
    steered = _steer(walk, words.control(plain))
    if steered is not None:
        return steered
    if plain in _ENOUGH or words.control(plain) in (words.READY, words.SKIP):
        return steps.enough(walk, question)
    return steps.another(walk, question) if plain in _ADD else stay(walk, say("form.not_understood.another"))


def _at_question(walk: Walk, question: Question, text: str, plain: str) -> Effects:
    options = walk.options(question)
    steered = _controlled(walk, question, plain)
    if steered is not None:
        return steered
    inner = question.questions[0] if question.listed else question
    parsed = parse(inner, text, plain, options, today=walk.around.now.date(), year=walk.year)
    if parsed.kind == "exact":
        return _take(walk, question, parsed.value)
    if parsed.kind == "year":
        walk.year = str(parsed.value)
        return stay(walk)
    if parsed.kind == "search":
        walk.search, walk.page = str(parsed.value), 0
        return stay(walk, say("form.narrowed"))
    return _read(walk, question, text, parsed)


def _controlled(walk: Walk, question: Question, plain: str) -> Effects | None:
    control = words.control(plain)
    nothing = plain in words.NOTHING or plain in map(words.key, schema.texts(question.skip))
    if (control or nothing) and any(plain in words.keys_of(one) for one in walk.options(question)):
        return None  # a choice may be called 没有
    steered = _steer(walk, control)
    if steered is not None:
        return steered
    if control == words.SKIP or (nothing and not question.required and not walk.answers.get(walk.at)):
        return steps.skip(walk, walk.at, question)
    if control == words.READY or (question.listed and nothing):
        can = question.type in TOGGLED or question.listed or walk.answers.get(walk.at) is not None
        return steps.ready(walk, question) if can else None
    if control == words.MORE and (question.listed or len(walk.options(question)) > LONG):
        walk.page, walk.search, walk.year = walk.page + 1, "", ""
        return stay(walk)
    if question.listed and (removal := _REMOVE.fullmatch(plain)) and (numbers_said := numbers(removal.group(1))):
        return steps.remove(walk, question, numbers_said[0] - 1)
    return steps.submit(walk) if plain in ("提交", "确认提交") else None


def _take(walk: Walk, question: Question, value: Json) -> Effects:
    if question.listed:
        return steps.add(walk, question, [value])
    if question.type in TOGGLED and walk.toggles:
        # She ticked some and typed the rest.
        options = walk.options(question)
        value = joined(question, [*walk.toggles, *toggled(question, value, options)], options) or value
    return steps.accept(walk, walk.at, question, value)


def _read(walk: Walk, question: Question, text: str, parsed: Parsed) -> Effects:
    """Ask domain.reading; what it finds is said back before it counts."""
    around, slot = walk.around, heard.slot(question)
    today = around.now.date()
    values = heard.read(text, slot, around.reader)
    mine = heard.answer(question, slot, values.get(slot), today=today, lists=around.lists) if slot else None
    if mine is None and parsed.kind == "words":
        mine = [parsed.value] if question.listed else parsed.value
    pending: dict[str, Json] = {} if mine is None else {walk.at: mine}
    if mine is not None and (wrong := steps.problem(walk, walk.at, question, mine)) is not None:
        return stay(walk, wrong)
    others = heard.answers(walk.form, values, today=today, lists=around.lists)
    pending |= {name: value for name, value in others.items() if name != question.name and _free(walk, name)}
    if not pending and question.otherwise and (place := places.said(text)):
        # No community of the list, but a place: the honest way out, with her own words in the question for them.
        pending = {walk.at: places.ELSEWHERE, question.otherwise: place}
    if pending:
        return _say_back(walk, pending, text)
    return stay(walk, _why(walk, question, parsed))


def _why(walk: Walk, question: Question, parsed: Parsed) -> Effect:
    if parsed.kind == "wrong" and isinstance(parsed.why, Say) and (question.type in SELECTS or not walk.options(question)):
        return parsed.why
    return say("form.not_understood.choice" if walk.options(question) else "form.not_understood.other")


def _free(walk: Walk, name: str) -> bool:
    """Whether a question may still be filled by the way: nothing said at another question overwrites an answer."""
    question = walk.form.named[name]
    shown = walk.around.carries_private or not question.private
    return shown and walk.answers.get(name) is None and name not in walk.waiting


def _say_back(walk: Walk, pending: dict[str, Json], text: str) -> Effects:
    """What was read of her words waits for her 对; hours without a day for the days that they are on."""
    walk.asking, walk.pending = "days" if which_days.open_in(walk.form, pending, text) else "words", pending
    return stay(walk)


def _at_summary(walk: Walk, text: str, plain: str) -> Effects:
    control = words.control(plain)
    steered = _steer(walk, control) if control != words.CHANGE else stay(walk)
    if steered is not None:
        return steered
    if control in (words.SUBMIT, words.READY):
        whole = walk.first_open == SUMMARY
        return steps.submit(walk) if whole else steps.advance(walk)
    listed = entries(walk)
    numbers_said = numbers(plain)
    if numbers_said and len(numbers_said) == 1 and 1 <= numbers_said[0] <= len(listed):
        return steps.open_place(walk, listed[numbers_said[0] - 1][0])
    if path := _entry_named(walk, plain):
        return steps.open_place(walk, path)
    for path, question in walk.order:
        if not question.asked and question.type != "text" and numbers_said != [0]:
            parsed = parse(question, text, words.plain(text), walk.options(question), today=walk.around.now.date())
            if parsed.kind == "exact" and (numbers_said is None or question.type == "phone"):
                walk.go(path)
                return steps.accept(walk, path, question, parsed.value)
    return _read_at_summary(walk, text)


def _entry_named(walk: Walk, plain: str) -> str:
    """The one entry that `改电话` or `电话` means; an empty text where it is none or several."""
    name = re.sub(r"^(?:我要|我想)?(?:修改|改一下|改|更改)", "", plain)
    if len(name) < 2:
        return ""
    paths = [path for path, question in entries(walk) if any(name in words.key(label) for label in _labels(question))]
    return paths[0] if len(paths) == 1 else ""


def _labels(question: Question) -> list[str]:
    return schema.texts(question.short or question.label)


def _read_at_summary(walk: Walk, text: str) -> Effects:
    around = walk.around
    values = heard.answers(walk.form, around.reader(text), today=around.now.date(), lists=around.lists)
    shown: dict[str, Json] = {name: value for name, value in values.items() if walk.applies_now(name) and walk.answers.get(name) != value}
    return _say_back(walk, shown, text) if shown else stay(walk, say("form.summary_help"))
