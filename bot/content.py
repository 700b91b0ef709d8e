"""Loads and checks everything of content/ that staff and translators may change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import cast

from bot import bounded_yaml, named, wechat_menu
from bot.channel_settings import WeChat
from bot.config import ROOT, TICKS, Council, Mediation, Settings
from domain import phrases
from domain.access import TABLE
from domain.allowance import Account
from domain.answers import load as answers
from domain.council.states import Deadlines
from domain.errors import ContentError
from domain.forms import load as forms
from domain.forms import located
from domain.mediation.states import Limits
from domain.staff import offices
from handlers.capabilities import CAPABILITIES
from handlers.content import Content, Rules
from handlers.routing import MENU

CONTENT = ROOT / "content"
CHOICES = CONTENT / "choices.yaml"
COMMANDS = CONTENT / "commands"
# A form's own name; it stands in the file whatever else is wrong there.
_NAME = re.compile(r"^name: *(\w+)", re.MULTILINE)


def load(settings: Settings) -> Content:
    """All content and the rules of the settings. Raises ContentError with file and line."""
    return Content(
        forms={form.name: form for form in (forms.load(file, shared=CHOICES) for file in _forms())},
        phrases=phrases.load(CONTENT / "phrases"),
        labels=_mapping(CHOICES),
        capabilities=CAPABILITIES,
        answers=answers.load(CONTENT / "answers"),
        menu=wechat_menu.columns(),
        commands=_commands(),
        rules=Rules(
            public_url=settings.public_url,
            telegram_name=settings.channels.telegram.username if settings.channels.telegram.enabled else "",
            quiet_hours=settings.notices.quiet_hours,
            daily_cap=settings.notices.daily_cap,
            weights=settings.matching.weights,
            keep_profile=timedelta(days=settings.retention.profile_days),
            keep_messages=timedelta(days=settings.retention.message_days),
            keep_log=timedelta(days=settings.retention.log_days),
            hold=timedelta(hours=settings.work.hold_hours),
            wave=timedelta(hours=settings.work.wave_hours),
            offers_per_place=settings.work.offers_per_place,
            nothing_after=timedelta(days=settings.work.nothing_days),
            approve_above=settings.notices.approve_above,
            deadlines=_deadlines(settings.council),
            quorum=settings.council.quorum,
            draft=timedelta(minutes=settings.council.draft_minutes),
            accounts={"wechat": _account(settings.channels.wechat), "wecom_kf": Account(pushes=True)},
            staff_group=settings.channels.wecom.enabled,
            mediation=_limits(settings.mediation),
            mediator_capacity=settings.mediation.capacity,
            keep_case=timedelta(days=settings.mediation.keep_days),
        ),
    )


def _commands() -> dict[str, str]:
    """Words that are a command wherever they are said, each with its command."""
    files = sorted(COMMANDS.glob("*.yaml"))
    return {str(word): command for file in files for command, words in _mapping(file).items() for word in words}


def _deadlines(council: Council) -> Deadlines:
    return Deadlines(
        look=timedelta(hours=council.look_hours),
        answer=timedelta(days=council.answer_days),
        hard=timedelta(days=council.hard_days),
        begin=timedelta(days=council.begin_days),
        content=timedelta(days=council.content_days),
        escalate=timedelta(days=council.escalate_days),
    )


def _account(wechat: WeChat) -> Account:
    return Account(pushes=wechat.verified, grants=wechat.grants, templates=wechat.templates)


def _limits(said: Mediation) -> Limits:
    return Limits(
        take=timedelta(hours=said.take_hours),
        decide=timedelta(days=said.decide_days),
        answer=timedelta(hours=said.answer_hours),
        consent=timedelta(days=said.consent_days),
        settle=timedelta(days=said.settle_days),
    )


def _forms() -> list[Path]:
    return sorted((CONTENT / "forms").glob("*.yaml"))


def _mapping(file: Path) -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", bounded_yaml.load(file.read_text("utf-8")))


def check() -> Iterator[ContentError]:
    """Everything that is wrong in content/, not only the first."""
    from domain import reading

    for file in _forms():
        yield from forms.check(file, shared=CHOICES)
    yield from phrases.check(CONTENT / "phrases", sorted([*ROOT.glob("handlers/**/*.py"), *ROOT.glob("domain/forms/*.py")]))
    yield from _named()
    for file in sorted((CONTENT / "offices").glob("*.yaml")):
        yield from offices.check(file, _mapping(CHOICES))
    yield from _wechat_menu()
    yield from answers.check(CONTENT / "answers")
    yield from reading.lexicon.check()
    yield from _screening()


def _named() -> Iterator[ContentError]:
    """Words in the code and in content/commands that name nothing: routes, commands, forms, kinds of notice, actions, phrases, ticks, columns."""
    try:
        names, words = named.Names(_names()), {file: located.read(file) for file in sorted(COMMANDS.glob("*.yaml"))}
    except ContentError as error:
        yield error
        return
    yield from names.check(sorted(ROOT.glob("handlers/**/*.py")))
    yield from named.columns(sorted(ROOT.glob("storage/**/*.py")), _tables())
    yield from _words(words)


def _words(files: Mapping[Path, located.Located]) -> Iterator[ContentError]:
    """Words for a command that nobody has, and words that stand for two."""
    taken: dict[str, str] = {}
    for file, commands in files.items():
        for command, words in commands.items():
            where = f"{file}:{commands.line_of(command)}"
            if command not in CAPABILITIES.commands:
                yield ContentError(where, f"没有“{command}”这个命令")
            for word in words if isinstance(words, list) else [words]:
                if taken.setdefault(str(word), command) != command:
                    yield ContentError(where, f"“{word}”已经是“{taken[str(word)]}”的说法")


def _tables() -> named.Tables:
    """The columns of every table, by the module that has it and by its two names there: the class, and what statements are made of."""
    from sqlmodel import SQLModel

    from storage.tables import columns

    modules: dict[str, dict[str, frozenset[str]]] = {}
    for model in SQLModel.__subclasses__():
        rows = columns.table(model)
        names = dict.fromkeys((model.__name__, rows.name), frozenset(rows.columns.keys()))
        modules.setdefault(model.__module__.rpartition(".")[2], {}).update(names)
    return modules


def _names() -> dict[named.What, frozenset[str]]:
    return {
        "route": frozenset({MENU, *CAPABILITIES.routes}),
        "command": frozenset(CAPABILITIES.commands),
        "form": frozenset(name for file in _forms() for name in _NAME.findall(file.read_text("utf-8"))),
        "notice": frozenset(CAPABILITIES.notices),
        "action": frozenset(TABLE),
        "phrase": frozenset(phrases.load(CONTENT / "phrases").texts),
        "tick": frozenset(TICKS),
    }


def _wechat_menu() -> Iterator[ContentError]:
    """A menu that the platform would refuse, or an item that leads nowhere."""
    try:
        columns = wechat_menu.load()
    except ContentError as error:
        yield error
        return
    for item in (one for column in columns for one in (column, *column.items) if one.choice):
        kind, _, rest = item.choice.partition(":")
        known = rest in CAPABILITIES.commands if kind == MENU else kind in CAPABILITIES.routes
        if not known:
            yield ContentError(wechat_menu.FILE.name, f"“{item.name}”的 {item.choice} 哪里也不通")


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
