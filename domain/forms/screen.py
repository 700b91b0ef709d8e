"""A screen as one message of a channel: buttons where it has them, else a numbered list, within the channel's limits."""

from __future__ import annotations

from collections.abc import Sequence

from domain.capabilities import Capabilities
from domain.forms.conversation import Option, Say, Screen, Words
from domain.forms.words import bare
from domain.messages import Button, Outbound
from domain.phrases import Phrases

TICK, BOX = "☑ ", "☐ "


def express(words: Words, phrases: Phrases, language: str) -> str:
    """Put phrases, labels and lists of them into words of one language."""
    if isinstance(words, (str, int)):
        return str(words)
    if isinstance(words, Say):
        return phrases.say(words.phrase, **{name: express(value, phrases, language) for name, value in words.values.items()})
    if isinstance(words, tuple):
        return "、".join(express(word, phrases, language) for word in words)
    return words.get(language) or words.get("zh") or next(iter(words.values()), "")


def render(screen: Screen, capabilities: Capabilities, phrases: Phrases, language: str = "zh", *, message_ref: str = "") -> Outbound:
    """The message to send. `message_ref`: the platform's message that held the tapped button, which is edited where screen and channel allow."""

    def said(words: Words) -> str:
        return express(words, phrases, language)

    lines = [said(line) for line in screen.lines]
    lines += [f"{option.number} {said(option.label)}：{said(option.detail)}" for option in screen.options if option.detail]
    if not capabilities.buttons:
        plain = [option for option in screen.options if option.number and not option.detail]
        lines += [f"{option.number} {TICK if option.on else ''}{said(option.label)}" for option in plain]
        controls = "、".join(bare(said(option.label)) for option in (*screen.actions, *screen.controls))
        last = phrases.say("form.reply_words", words=controls) if controls else phrases.say("form.reply")
        return Outbound(text=_within(lines, last, capabilities), private=screen.private)
    edits = message_ref if screen.edit and capabilities.edits else ""
    buttons = [*_rows([_button(option, said, capabilities) for option in screen.options])]
    for group in (screen.actions, screen.controls):
        buttons += _rows([_button(option, said, capabilities) for option in group])
    return Outbound(text=_within(lines, "", capabilities), buttons=tuple(buttons), edits=edits, private=screen.private)


def _button(option: Option, said: object, capabilities: Capabilities) -> Button:
    label = said(option.label)  # type: ignore[operator]
    number = f"{option.number} " if option.number else ""
    return Button(f"{_tick(option)}{number}{label}"[: capabilities.max_label], option.token)


def _tick(option: Option) -> str:
    return TICK if option.on else BOX if option.box else ""


def _rows(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    """As many side by side as a phone of 360 px shows without cutting the longest."""
    longest = max((len(button.label) for button in buttons), default=0)
    wide = 4 if longest <= 4 else 3 if longest <= 6 else 2 if longest <= 9 else 1
    rows = -(-len(buttons) // wide)
    even = -(-len(buttons) // rows) if rows else 1
    return [tuple(buttons[start : start + even]) for start in range(0, len(buttons), even)]


def _within(lines: list[str], last: str, capabilities: Capabilities) -> str:
    """The text within the channel's limit; how to steer stays readable even where an answer is long."""
    text = "\n".join(line for line in lines if line)
    room = capabilities.max_text - (len(last) + 1 if last else 0)
    text = text if len(text) <= room else text[: room - 1] + "…"
    return f"{text}\n{last}" if last else text
