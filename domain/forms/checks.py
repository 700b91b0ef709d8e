"""What can be wrong with a form although each row reads well: names, lists, slots, and the limits of every channel."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.capabilities import ALL
from domain.errors import ContentError
from domain.forms import words
from domain.forms.conversation import KEY_BYTES, TOKEN_BYTES
from domain.forms.schema import SELECTS, SLOTS, TOGGLED, Form, Label, Question, texts
from domain.forms.screens import LONG, PAGE
from domain.forms.values import fit
from domain.windows import parse as parse_windows

NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")
CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
# "✓ 12 " before a label, "✕ " and brackets around one.
PREFIX = 5
# Room below a question for how to answer, an earlier answer and the words that steer.
MARGIN = 180


def problems(form: Form, source: str) -> list[ContentError]:
    """All of them, each with the line of its question."""
    errors = []
    seen: set[str] = set()
    for top in form.questions:
        for question in (top, *top.questions):
            where = f"{source}:{question.line}"
            errors += [ContentError(where, why) for why in _question(form, question)]
            if question.name in seen:
                errors.append(ContentError(where, f"名字“{question.name}”用了两次"))
            seen.add(question.name)
    for name in form.end_when.names if form.end_when else ():
        if name not in form.named:
            errors.append(ContentError(f"{source}:1", f"end_when 里的 ${{{name}}} 没有这个问题"))
    if not any(question.asked for question in form.questions):
        errors.append(ContentError(f"{source}:1", "没有一个要问的问题"))
    return errors


def _question(form: Form, question: Question) -> Iterator[str]:
    if not NAME.fullmatch(question.name):
        yield f"name“{question.name}”要用小写英文字母开头，只含小写字母、数字和下划线，最多20个字"
    if not question.label and question.type != "calculate":
        yield f"“{question.name}”没有 label"
    for expression in question.expressions():
        for name in expression.names:
            if name not in form.named:
                yield f"表达式“{expression.source}”里的 ${{{name}}} 没有这个问题"
    if question.read and question.read not in SLOTS:
        yield f"read“{question.read}”不认识，可以用：{'、'.join(SLOTS)}"
    if question.appearance not in ("", "summary"):
        yield f"appearance“{question.appearance}”不认识，只能写 summary"
    if question.required and question.appearance == "summary":
        yield "appearance: summary 的问题不能是 required，因为不会专门问"
    yield from _by_type(question)
    yield from _choices(question)
    yield from _limits(form, question)


def _by_type(question: Question) -> Iterator[str]:
    if question.type == "calculate" and question.calculation is None:
        yield f"“{question.name}”没有 calculation"
    if question.type == "repeat" and not question.questions:
        yield f"repeat“{question.name}”里没有问题"
    if question.type in SELECTS and not question.choices and not question.external:
        yield f"“{question.name}”没有选项"
    if question.external and not question.list_name:
        yield "external 的问题要在 type 里写选项表的名字"
    if question.default is not None and not question.external and fit(question, question.default, question.choices) is None:
        yield f"default“{question.default}”不是“{question.name}”的答案"


def _choices(question: Question) -> Iterator[str]:
    names = [choice.name for choice in question.choices]
    for name in {name for name in names if names.count(name) > 1}:
        yield f"选项“{name}”用了两次"
    for choice in question.choices:
        if not CODE.fullmatch(choice.name):
            yield f"选项代码“{choice.name}”只能用英文字母、数字、下划线和减号"
        if not choice.label:
            yield f"选项“{choice.name}”没有文字"
        elif any(words.control(key) in words.STEERING for key in words.keys_of(choice)):
            yield f"选项“{choice.name}”的文字和返回、跳过这样的按钮一样，换个说法"
        if question.type == "windows":
            yield from _window(choice.name, choice.value)
        elif question.type in ("integer", "decimal", "text") and fit(question, choice.recorded, ()) is None:
            yield f"选项“{choice.name}”的 value 不是 {question.type}"


def _window(name: str, value: object) -> Iterator[str]:
    try:
        if not parse_windows(str(value or "")):
            yield f"选项“{name}”要有 value，比如 1-5 08:00-12:00"
    except ValueError as error:
        yield f"选项“{name}”：{error}"


def _limits(form: Form, question: Question) -> Iterator[str]:
    """What a channel would cut or refuse: buttons, tokens, texts."""
    codes = max((len(choice.name) for choice in question.choices), default=9)
    outer = next((len(one.name) for one in form.questions if question in one.questions), 0)
    head = len(f"f::{form.version}:{question.name}:+") + KEY_BYTES + (outer + len("/99/") if outer else len("/99") * bool(question.listed))
    if head + codes > TOKEN_BYTES:
        yield f"“{question.name}”和它的选项代码加起来太长，按钮放不下（最多{TOKEN_BYTES}个字节）"
    for capabilities in ALL.values():
        most = capabilities.max_label - PREFIX
        if capabilities.buttons:
            for label in (
                *(choice.label for choice in question.choices),
                question.skip,
                question.short or ("" if question.type == "note" else question.label),
            ):
                for text in texts(label):
                    if len(text) > most:
                        yield f"{capabilities.channel} 的按钮最多{most}个字，“{text[:12]}…”有{len(text)}个（问题太长就加一个 short）"
        length = _length(question.label) + _length(question.hint)
        if question.type in SELECTS or question.type in TOGGLED:
            shown = sorted((_length(choice.label) + PREFIX for choice in question.choices), reverse=True)
            length += sum(shown[: PAGE if len(shown) > LONG else LONG])
        if length + MARGIN > capabilities.max_text:
            yield f"{capabilities.channel} 一条最多{capabilities.max_text}个字，“{question.name}”的文字和选项有{length}个，太长了"


def _length(label: Label) -> int:
    return max(map(len, texts(label)), default=0)
