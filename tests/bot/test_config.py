"""Settings: one line is a valid file; what is wrong is named by its path, in Chinese."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from bot import config
from bot.config import ROOT, Settings
from domain.errors import ContentError


def read(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "config.yaml"
    file.write_text(text, "utf-8")
    return config.read(file)


@pytest.mark.parametrize(
    "text", ["", "database: sqlite:///x.db", "web: {port: 0}", "channels: {telegram: {enabled: no, token: '${NOT_SET}'}}"]
)
def test_every_key_has_a_default(tmp_path: Path, text: str) -> None:
    settings = read(tmp_path, text)
    assert settings.notices.quiet_hours == (time(21), time(8)) and settings.notices.daily_cap == 2


def test_the_shipped_file_says_the_defaults() -> None:
    assert config.read(ROOT / "config.yaml") == Settings()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("databse: x", "databse"),
        ("web: {prot: 1}", "web.prot"),
        ("database_read: postgresql+psycopg://h/d", "database_read"),
        ("backups: {fodler: x}", "backups.fodler"),
        ("web: {port: 70000}", "web.port"),
        ("channels: {telegram: {enabled: yes}}", "channels.telegram"),
        ("channels: {telegram: {enabled: yes, token: '${NOT_SET_ANYWHERE}'}}", "channels.telegram.token"),
        ("channels: {telegram: {enabled: yes, token: '1:a', mode: webhook}}", "channels.telegram"),
        ("channels: {telegram: {enabled: yes, token: '1:a', mode: webhook, webhook_secret: s}}", "webhook"),
        ("channels: {telegram: {mode: push}}", "channels.telegram.mode"),
        ("channels: {wechat: {enabled: yes}}", "channels.wechat"),
        ("channels: {wechat: {enabled: yes, token: t, aes_key: abc, app_id: wx}}", "channels.wechat"),
        ("channels: {wechat: {enabled: yes, token: t, verified: yes}}", "channels.wechat"),
        ("channels: {wechat: {enabled: yes, token: t, api_base: weixin}}", "channels.wechat"),
        ("channels: {wecom: {enabled: yes}}", "channels.wecom"),
        ("schedule: {notices: 'every minute'}", "schedule"),
        ("schedule: {notcies: '* * * * *'}", "schedule"),
        ("notices: {quiet_hours: ['25:00', '08:00']}", "notices.quiet_hours"),
        ("notices: {daily_cap: -1}", "notices.daily_cap"),
        ("matching: {weights: {speed: 1}}", "matching.weights"),
        ("matching: {weights: {sector: 0, pay: 0, distance: 0, slack: 0, skills: 0}}", "matching.weights"),
        ("retention: {message_days: 30}", "retention.message_days"),
        ("- a\n- b", "config.yaml"),
        ("web: [", "config.yaml:"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(tmp_path: Path, text: str, path: str) -> None:
    with pytest.raises(ContentError) as error:
        read(tmp_path, text)
    assert path in str(error.value)
    assert any("一" <= letter <= "鿿" for letter in error.value.why), error.value.why


def test_environment_fills_and_overrides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", "123:abc")
    monkeypatch.setenv("MOTHERPOST_DATABASE", "sqlite:////elsewhere.db")
    settings = read(tmp_path, "channels: {telegram: {enabled: yes, token: '${SOME_TOKEN}'}}")
    assert settings.channels.telegram.token == "123:abc"
    assert config.database_url(settings) == "sqlite:////elsewhere.db"


def test_hours_that_yaml_reads_as_numbers(tmp_path: Path) -> None:
    assert read(tmp_path, "notices: {quiet_hours: [22:30, 07:00]}").notices.quiet_hours == (time(22, 30), time(7))


def test_a_missing_file_and_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="读不了"):
        config.read(tmp_path / "none.yaml")
    file = tmp_path / "gbk.yaml"
    file.write_bytes("# 设置\ndatabase: x".encode("gb18030"))
    with pytest.raises(ContentError, match="UTF-8"):
        config.read(file)


@pytest.mark.parametrize(
    ("text", "path", "says"),
    [
        ("web: {port: x}", "web.port", "要写整数"),
        ("web: {port: 70000}", "web.port", "不能大于 65535"),
        ("web: 5", "web", "键: 值"),
        ("notices: {daily_cap: -1}", "notices.daily_cap", "不能小于 0"),
        ("notices: {quiet_hours: 5}", "notices.quiet_hours", "要写成列表"),
        ('notices: {quiet_hours: ["25:00", "08:00"]}', "notices.quiet_hours.0", "要写时间"),
        ("channels: {telegram: {enabled: 7}}", "channels.telegram.enabled", "yes 或 no"),
        ("channels: {telegram: {mode: push}}", "channels.telegram.mode", "只能写"),
        ("database: [1]", "database", "要写文字"),
        ("work: {hold_hours: 0}", "work.hold_hours", "要大于 0"),
    ],
)
def test_a_wrong_kind_of_value_is_said_in_chinese(tmp_path: Path, text: str, path: str, says: str) -> None:
    with pytest.raises(ContentError) as error:
        read(tmp_path, text)
    assert f"config.yaml: {path}" in str(error.value) and says in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [1, 2]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
        "a: &a [1]\nb: [" + ", ".join(["*a"] * 101) + "]\n",
    ],
)
def test_a_small_file_does_not_unfold_into_a_large_one(tmp_path: Path, text: str) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ContentError, match="别名"):
        config.read(file)
