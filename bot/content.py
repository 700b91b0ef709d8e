"""Loads and checks everything of content/ that staff and translators may change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bot import bounded_yaml
from bot.config import ROOT, Settings
from domain import phrases
from domain.answers import load as answers
from domain.errors import ContentError
from domain.forms import load as forms
from domain.staff import offices
from handlers.capabilities import CAPABILITIES
from handlers.content import Content, Rules

CONTENT = ROOT / "content"
CHOICES = CONTENT / "choices.yaml"


def load(settings: Settings) -> Content:
    """All content and the rules of the settings. Raises ContentError with file and line."""
    return Content(
        forms={form.name: form for form in (forms.load(file, shared=CHOICES) for file in _forms())},
        phrases=phrases.load(CONTENT / "phrases"),
        labels=_mapping(CHOICES),
        capabilities=CAPABILITIES,
        answers=answers.load(CONTENT / "answers"),
        commands={word: command for command, words in _mapping(CONTENT / "commands.yaml").items() for word in words},
        rules=Rules(
            public_url=settings.public_url,
            telegram_name=settings.channels.telegram.username if settings.channels.telegram.enabled else "",
            quiet_hours=settings.notices.quiet_hours,
            daily_cap=settings.notices.daily_cap,
            weights=settings.matching.weights,
            keep_profile=timedelta(days=settings.retention.profile_days),
            keep_messages=timedelta(days=settings.retention.message_days),
            hold=timedelta(hours=settings.work.hold_hours),
            wave=timedelta(hours=settings.work.wave_hours),
            offers_per_place=settings.work.offers_per_place,
            nothing_after=timedelta(days=settings.work.nothing_days),
            approve_above=settings.notices.approve_above,
        ),
    )


def _forms() -> list[Path]:
    return sorted((CONTENT / "forms").glob("*.yaml"))


def _mapping(file: Path) -> dict[str, dict[str, str]]:
    return dict(bounded_yaml.load(file.read_text("utf-8")))


def check() -> Iterator[ContentError]:
    """Everything that is wrong in content/, not only the first."""
    from domain import reading

    for file in _forms():
        yield from forms.check(file, shared=CHOICES)
    yield from phrases.check(CONTENT / "phrases", sorted([*ROOT.glob("handlers/**/*.py"), *ROOT.glob("domain/forms/*.py")]))
    for file in sorted((CONTENT / "offices").glob("*.yaml")):
        yield from offices.check(file, _mapping(CHOICES))
    yield from answers.check(CONTENT / "answers")
    yield from reading.lexicon.check()
    yield from _screening()


def _screening() -> Iterator[ContentError]:
    """Rules that cannot be understood: a bad pattern, a set or a class that is not there."""
    from domain.grouping import vocabulary
    from domain.screening import combine, disguise, rules

    screening = [rules.rules, rules.signs, rules.harmless, disguise.disguises, combine.classes, combine.combinations]
    for folder, loads in (("screening", screening), ("grouping", [vocabulary.vocabulary])):
        for load_ in loads:
            try:
                load_()
            except (re.error, KeyError, ValueError, TypeError, AttributeError) as error:
                yield ContentError(f"content/lexicon/{folder}", f"{load_.__name__}：{error}")
