"""Settings: one YAML file, every key with a default, an unknown key an error that names its path."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Self
from urllib.parse import quote

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from bot import bounded_yaml
from bot.channel_settings import Channels, Section
from bot.config_errors import reason
from domain.errors import ContentError

ROOT = Path(__file__).parent.parent
# Templates of documents that an office may change.
DOCUMENTS = ROOT / "content" / "documents"


class Web(Section):
    """The page and its socket."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = ""
    # Who asks for /metrics shows it as `Authorization: Bearer`; without one there is no such address.
    metrics_token: str = ""


class Notices(Section):
    """How much and when people are told unasked."""

    quiet_hours: tuple[time, time] = (time(21), time(8))
    daily_cap: int = Field(default=2, ge=0)
    # A broadcast to more people than this needs a second person's word.
    approve_above: int = Field(default=50, ge=0)

    @field_validator("quiet_hours", mode="before")
    @classmethod
    def _sexagesimal(cls, value: object) -> object:
        # YAML 1.1 reads an unquoted 21:00 as the number 1260.
        if isinstance(value, list):
            return tuple(f"{v // 60:02d}:{v % 60:02d}" if isinstance(v, int) else v for v in value)
        return value


class Retention(Section):
    """After how many days what is forgotten: a profile without contact, the text of messages (at least 180: law.md, logs), the access log."""

    profile_days: int = Field(default=730, ge=1)
    message_days: int = Field(default=180, ge=180)
    # The access log: at least six months (Cybersecurity Law 21).
    log_days: int = Field(default=1095, ge=184)


class Work(Section):
    """How free places are offered and held: hours a place is kept for who applied, hours between waves, offers a free place, days without any offer."""

    hold_hours: float = Field(default=48, gt=0)
    wave_hours: float = Field(default=24, gt=0)
    offers_per_place: int = Field(default=3, ge=1)
    nothing_days: int = Field(default=14, ge=1)


class Council(Section):
    """Deadlines of the suggestion box: hours to look at what cannot be shown at once, days to answer (hard ones longer), to begin, to hear
    whether she is content, and until the next is told that something is late; minutes until what she asked to put in goes in by itself.
    """

    look_hours: float = Field(default=24, gt=0)
    answer_days: float = Field(default=7, gt=0)
    hard_days: float = Field(default=15, gt=0)
    begin_days: float = Field(default=7, gt=0)
    content_days: float = Field(default=7, gt=0)
    escalate_days: float = Field(default=2, gt=0)
    draft_minutes: float = Field(default=60, gt=0)
    # More than this share of the members have to take part in a vote of the council.
    quorum: float = Field(default=0.5, ge=0, lt=1)


class Mediation(Section):
    """Hours and days of a case's states, open cases a mediator may have, and days a closed file can still be read."""

    take_hours: float = Field(default=24, gt=0)
    decide_days: float = Field(default=3, gt=0)
    answer_hours: float = Field(default=24, gt=0)
    consent_days: float = Field(default=7, gt=0)
    # One month by several local rules (law.md); longer only with both sides' word.
    settle_days: float = Field(default=30, gt=0)
    capacity: int = Field(default=5, ge=1)
    keep_days: int = Field(default=365, ge=30)


class Backups(Section):
    """Where backups lie, and for a store across a network the server on which a drill may make a throw-away database; else its own."""

    folder: str = ""
    drill_on: str = ""


TICKS = {
    "threads": "* * * * *",
    "notices": "* * * * *",
    "announce": "* * * * *",
    "applications": "* * * * *",
    "classes": "* * * * *",
    "follow_up": "*/10 * * * *",
    "broadcasts": "* * * * *",
    "mediation": "* * * * *",
    "surveys": "* * * * *",
    "council": "* * * * *",
    "reminders": "*/10 * * * *",
    "people": "* * * * *",
    "figures": "*/10 * * * *",
    "fund": "40 9 * * *",
    "upkeep": "17 3 * * *",
    "erasing": "* * * * *",
}


class Matching(Section):
    """Weights of the score; they are scaled to 100 together."""

    weights: dict[str, float] = {"sector": 30, "pay": 25, "distance": 20, "slack": 15, "skills": 10}

    @field_validator("weights", mode="after")
    @classmethod
    def _known(cls, value: dict[str, float]) -> dict[str, float]:
        known = ("sector", "pay", "distance", "slack", "skills")
        for name, weight in value.items():
            if name not in known:
                raise ValueError(f"不认识的权重 {name}；可用的是 {'、'.join(known)}")
            if weight < 0:
                raise ValueError(f"{name} 不能是负数")
        full = {name: value.get(name, cls.model_fields["weights"].default[name]) for name in known}
        if not sum(full.values()):
            raise ValueError("权重不能全是 0")
        return full


class Settings(Section):
    """The whole file."""

    database: str = "sqlite:///data/motherpost.db"
    # A replica of it, from which figures and long lists are read; they say as of when.
    database_read: str = ""
    # Where what lies beside a store across a network is kept; an SQLite store has its own folder.
    data: str = "data"
    web: Web = Web()
    channels: Channels = Channels()
    notices: Notices = Notices()
    schedule: dict[str, str] = TICKS
    matching: Matching = Matching()
    work: Work = Work()
    council: Council = Council()
    mediation: Mediation = Mediation()
    retention: Retention = Retention()
    backups: Backups = Backups()

    @field_validator("schedule", mode="after")
    @classmethod
    def _ticks(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if name not in TICKS:
                raise ValueError(f"不认识的任务 {name}；可用的是 {'、'.join(TICKS)}")
        if value != TICKS:
            _check_crons(value)
        return {**TICKS, **value}

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        telegram = self.channels.telegram
        if telegram.enabled and telegram.mode == "webhook" and not self.web.public_url:
            raise ValueError("channels.telegram.mode: webhook 要写 web.public_url")
        return self

    @model_validator(mode="after")
    def _replicated(self) -> Self:
        if self.database_read and (self.database.startswith("sqlite") or self.database_read.startswith("sqlite")):
            raise ValueError("database_read 只用于 PostgreSQL 的备用库；SQLite 没有")
        return self

    @property
    def public_url(self) -> str:
        """Where people reach the page; without a trailing slash."""
        return (self.web.public_url or f"http://{self.web.host}:{self.web.port}").rstrip("/")


def _check_crons(ticks: dict[str, str]) -> None:
    from bot.crons import trigger

    for name, cron in ticks.items():
        try:
            trigger(cron)
        except ValueError as error:
            raise ValueError(f"{name} 的时间“{cron}”{error}") from error


_VARIABLE = re.compile(r"\$\{(\w+)\}")
# Addresses of stores.
_URLS = ("database", "database_read", "backups.drill_on")


def _fill(value: object, path: str, where: str) -> object:
    """Put environment variables in place of ${NAME}; one that is not set is an error, so that no secret is ever empty by accident."""
    if isinstance(value, dict):
        return {k: _fill(v, f"{path}.{k}" if path else str(k), where) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill(v, path, where) for v in value]
    if not isinstance(value, str):
        return value

    def variable(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise ContentError(f"{where}: {path}", f"环境变量 {match[1]} 没有设置")
        return os.environ[match[1]]

    return _VARIABLE.sub(variable, value) if path not in _URLS else _url(value, variable)


def _url(value: str, variable: Callable[[re.Match[str]], str]) -> str:
    """In a store's address, what stands for its user and password may hold any character."""
    scheme, mark, rest = value.partition("://")
    user, at, place = rest.rpartition("@")
    user = _VARIABLE.sub(lambda match: quote(variable(match), safe=""), user)
    return _VARIABLE.sub(variable, scheme) + mark + user + at + _VARIABLE.sub(variable, place)


def _off(raw: dict[str, object]) -> dict[str, object]:
    """Secrets of a channel that is off are not needed: their variables need not be set."""
    channels = raw.get("channels")
    if not isinstance(channels, dict):
        return raw
    blank = {
        name: {k: "" if isinstance(v, str) and _VARIABLE.search(v) else v for k, v in section.items()}
        if isinstance(section, dict) and section.get("enabled") is not True
        else section
        for name, section in channels.items()
    }
    return {**raw, "channels": blank}


def read(file: Path | None = None) -> Settings:
    """The settings of `file`, else of MOTHERPOST_CONFIG, else of config.yaml beside the program. Raises ContentError with the key's path."""
    chosen = file or Path(os.environ.get("MOTHERPOST_CONFIG") or ROOT / "config.yaml")
    where = chosen.name
    try:
        raw = bounded_yaml.load(chosen.read_text("utf-8")) or {}
    except OSError as error:
        raise ContentError(str(chosen), f"读不了这个设置文件：{error.strerror}") from None
    except bounded_yaml.TooManyAliases:
        raise ContentError(where, "别名（*）太多，或套在别名里；请直接写出来") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ContentError(f"{where}:{mark.line + 1}" if mark else where, "不是有效的 YAML（UTF-8）") from None
    if not isinstance(raw, dict):
        raise ContentError(where, "应当是“键: 值”的形式")
    if os.environ.get("MOTHERPOST_DATABASE"):
        raw["database"] = os.environ["MOTHERPOST_DATABASE"]
    try:
        return Settings.model_validate(_fill(_off(raw), "", where))
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"]) or "设置"
        raise ContentError(f"{where}: {path}", reason(first)) from None


def data_folder(settings: Settings) -> Path | None:
    """Where an SQLite store lives, and with it keys and caches; None for a remote store."""
    if not settings.database.startswith("sqlite"):
        return None
    return database_file(settings).parent


def beside(settings: Settings) -> Path:
    """Where what must outlive the store is kept: an SQLite store's own folder, else the folder `data`."""
    return data_folder(settings) or ROOT / settings.data


def database_file(settings: Settings) -> Path:
    """The SQLite file; a relative path counts from the program's folder, so that it is the same wherever it is started."""
    return (ROOT / settings.database.removeprefix("sqlite:///")).resolve()


def database_url(settings: Settings) -> str:
    """The store's URL with an absolute path."""
    return f"sqlite:///{database_file(settings)}" if settings.database.startswith("sqlite") else settings.database
