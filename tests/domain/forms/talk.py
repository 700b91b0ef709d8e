"""Speaks with a form like a person: types, taps what is on the screen, and saves and loads the conversation between all steps."""

from __future__ import annotations

import json
import textwrap
from datetime import datetime
from pathlib import Path

from domain import phrases
from domain.capabilities import TELEGRAM, Capabilities
from domain.codebook import Slots
from domain.forms.conversation import Answer, Conversation, Done, Effect, Option, Reader, Say, Screen, Show
from domain.forms.engine import begin, resume
from domain.forms.load import load
from domain.forms.schema import Answers, Choice, Form
from domain.forms.screen import express, render
from domain.messages import Outbound
from domain.plain import Json

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 17, 0)  # noqa: DTZ001 - the engine takes the town's own time
PHRASES = phrases.load(ROOT / "content/phrases")
INTAKE = ROOT / "content/forms/intake.yaml"
COMMUNITIES = ("海滨社区", "幸福里社区", "东山社区", "西苑社区", "滨海东社区")
HOMES = tuple(Choice(f"c{number}", name) for number, name in enumerate(COMMUNITIES, 1))
LISTS = {"communities": HOMES, "homes": HOMES}


def form_of(tmp_path: Path, survey: str, *, version: int = 1, rest: str = "") -> Form:
    return load(write(tmp_path, survey, version=version, rest=rest))


def write(tmp_path: Path, survey: str, *, version: int = 1, rest: str = "") -> Path:
    folder = tmp_path / "content" / "forms"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "small.yaml"
    body = textwrap.indent(textwrap.dedent(survey).strip(), "  ")
    path.write_text(f"name: small\nversion: {version}\ntitle: 小表\nsurvey:\n{body}\n{textwrap.dedent(rest)}", encoding="utf-8")
    return path


def silent(_: str) -> Slots:
    return {}


class Talk:
    def __init__(
        self,
        form: Form,
        *,
        known: Answers = {},  # noqa: B006 - never changed
        heard: Slots = {},  # noqa: B006
        reader: Reader = silent,
        capabilities: Capabilities = TELEGRAM,
        carries_private: bool = True,
    ) -> None:
        self.form, self.reader, self.capabilities, self.carries_private = form, reader, capabilities, carries_private
        step = begin(form, key="7", known=known, heard=heard, lists=LISTS, now=NOW, carries_private=carries_private)
        self.saved, self.effects = step.conversation.to_json(), step.effects
        self.screens = sum(isinstance(effect, Show) for effect in step.effects)
        self.tokens: list[str] = []
        self._remember()

    @property
    def conversation(self) -> Conversation:
        return Conversation.from_json(json.loads(json.dumps(self.saved)))

    @property
    def screen(self) -> Screen:
        return [effect.screen for effect in self.effects if isinstance(effect, Show)][-1]

    @property
    def message(self) -> Outbound:
        return render(self.screen, self.capabilities, PHRASES, message_ref="m1")

    @property
    def said(self) -> str:
        """Everything of the last step, in words."""
        return "\n".join(self._words(effect) for effect in self.effects)

    @property
    def done(self) -> dict[str, Json] | None:
        return next((effect.answers for effect in self.effects if isinstance(effect, Done)), None)

    @property
    def ended(self) -> dict[str, Json]:
        """The answers of a form that has ended."""
        assert self.done is not None
        return self.done

    @property
    def answers(self) -> dict[str, Json]:
        return self.conversation.answers

    @property
    def at(self) -> str:
        return self.conversation.at

    def phrases(self) -> list[str]:
        return [effect.phrase for effect in self.effects if isinstance(effect, Say)]

    def has(self, kind: type) -> bool:
        return any(isinstance(effect, kind) for effect in self.effects)

    def says(self, *texts: str) -> Talk:
        for text in texts:
            self._step(Answer(text=text))
        return self

    def taps(self, *labels: str) -> Talk:
        for label in labels:
            self._step(Answer(choice=self.token(label)))
        return self

    def taps_token(self, token: str) -> Talk:
        self._step(Answer(choice=token))
        return self

    def sends_place(self, lat: float, lon: float) -> Talk:
        self._step(Answer(place=(lat, lon)))
        return self

    def token(self, label: str) -> str:
        matches = [one.token for one in self.options() if label in express(one.label, PHRASES, "zh")]
        assert matches, f"no button {label!r} in {[express(one.label, PHRASES, 'zh') for one in self.options()]}"
        return matches[0]

    def options(self) -> list[Option]:
        return [*self.screen.options, *self.screen.actions, *self.screen.controls]

    def labels(self) -> list[str]:
        return [express(one.label, PHRASES, "zh") for one in self.options()]

    def _step(self, answer: Answer) -> None:
        before = self.conversation
        step = resume(self.form, before, answer, NOW, lists=LISTS, reader=self.reader, carries_private=self.carries_private)
        assert before.to_json() == json.loads(json.dumps(self.saved)), "a step changed the conversation it began with"
        self.saved, self.effects = step.conversation.to_json(), step.effects
        assert self.conversation == step.conversation, "the conversation does not survive JSON"
        self.screens += sum(isinstance(effect, Show) and not effect.screen.edit for effect in step.effects)
        self._remember()

    def _remember(self) -> None:
        for effect in self.effects:
            if isinstance(effect, Show):
                self.tokens += [one.token for one in (*effect.screen.options, *effect.screen.actions, *effect.screen.controls)]

    def _words(self, effect: Effect) -> str:
        if isinstance(effect, Show):
            return render(effect.screen, self.capabilities, PHRASES).text
        return express(effect, PHRASES, "zh") if isinstance(effect, Say) else ""
