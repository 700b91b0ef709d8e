"""What lies in deploy/ is taken by the programs that it is for, and names only what the bot really has."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import click
import pytest
import yaml

from bot import health
from bot.app import Bot
from bot.cli import main
from bot.config import ROOT, Settings
from domain.messages import Outbound
from domain.process_roles import ROLES
from handlers.content import Content
from storage import outbox
from storage.database import Store
from storage.tables.messages import OutboxStatus
from tests.support.requires import require_haproxy, require_systemd

DEPLOY = ROOT / "deploy"
SYSTEMD = DEPLOY / "systemd"
PROGRAM = "/opt/motherpost/.venv/bin/motherpost"


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every call of the program in units and containers, and where it stands."""
    for unit in SYSTEMD.glob("*.service"):
        for call in re.findall(rf"{PROGRAM} ([^'\n]*)", unit.read_text()):
            yield unit.name, call.replace("%i", "8000").split()
    for name, service in yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"].items():
        if "command" in service:
            yield name, service["command"]


@pytest.mark.parametrize(("where", "call"), [pytest.param(*one, id=one[0]) for one in commands()])
def test_every_command_is_one(where: str, call: list[str]) -> None:
    command = main.commands[call[0]]
    command.make_parser(click.Context(command)).parse_args(call[1:])


def test_haproxy_takes_its_configuration(tmp_path: Path) -> None:
    """Without the certificate and the names of hosts, which only a city has."""
    haproxy, file = require_haproxy(), tmp_path / "haproxy.cfg"
    text = (DEPLOY / "haproxy.cfg").read_text().replace(" ssl crt /etc/haproxy/motherpost.pem alpn h2,http/1.1", "")
    file.write_text(re.sub(r"presetenv (\w+) \w+\.internal", r"presetenv \1 127.0.0.1", text))
    done = subprocess.run([haproxy, "-c", "-f", file], env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr


def test_systemd_takes_its_units_and_finds_them_closed(tmp_path: Path) -> None:
    analyze = require_systemd()
    shutil.copytree(SYSTEMD, tmp_path / "units")
    for unit in list((tmp_path / "units").glob("*.service")):
        text = unit.read_text().replace(PROGRAM, sys.executable)
        unit.with_name(unit.name.replace("@", "@8000")).write_text(text)
        if "@" in unit.name:
            unit.unlink()

    def said(*words: str | Path) -> str:
        found = {"SYSTEMD_UNIT_PATH": f"{tmp_path}/units:"}
        done = subprocess.run([analyze, *words], env=found, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    units = [file for file in (tmp_path / "units").iterdir() if file.is_file()]
    assert len(units) == 10 and said("verify", "--man=no", *units) == ""
    for unit in units:
        if unit.suffix == ".service":
            [exposed] = re.findall(r"exposure level for .*?: ([\d.]+)", said("security", "--offline=true", "--no-pager", unit))
            assert float(exposed) < 2, unit.name


@pytest.fixture
def printed(postgresql_store: Store, content: Content, now: datetime, tmp_path: Path) -> Callable[[], dict[str, set[str]]]:
    """What /metrics prints: each figure with the labels that it has."""
    bot = Bot(Settings(data=str(tmp_path)), postgresql_store, content, now=lambda: now)

    def figures() -> dict[str, set[str]]:
        return {one.name: {label for sample in one.samples for label in sample.labels} for one in health._Figures(bot).collect()}

    bot.senders[0].trouble = "401"
    with postgresql_store.begin() as tx:
        outbox.put(tx, Outbound(text="好"), channel="web", address="a", person_id=None, now=now - timedelta(minutes=1))
    return figures


def asked() -> Iterator[tuple[str, str]]:
    """(expression, where it stands) of every alert and every panel."""
    for group in yaml.safe_load((DEPLOY / "prometheus" / "motherpost.rules.yml").read_text())["groups"]:
        yield from ((rule["expr"], rule["alert"]) for rule in group["rules"])
    for panel in json.loads((DEPLOY / "grafana" / "motherpost.json").read_text())["panels"]:
        yield from ((target["expr"], panel["title"]) for target in panel["targets"])


def test_alerts_and_panels_ask_for_what_is_printed(printed: Callable[[], dict[str, set[str]]]) -> None:
    known, statuses, seen = printed(), set(get_args(OutboxStatus)), set()
    assert known.keys() >= {"motherpost_store", "motherpost_processes"}
    for expression, where in asked():
        for name, chosen in re.findall(r"(motherpost_\w+)(?:\{(.*?)\})?", expression):
            seen.add(name)
            labels = re.findall(r'(\w+)[=!~]+"([^"]*)"', chosen)
            assert name in known and {label for label, _ in labels} <= known[name], where
            for label, values in labels:
                possible = {"status": statuses, "role": set(ROLES)}[label]
                assert set(values.split("|")) <= possible, where
        by = re.findall(r"by \((.*?)\)", expression)
        assert {label for labels in by for label in labels.split(", ")} <= {"instance", *(label for one in known.values() for label in one)}
    assert seen == known.keys(), "what is printed and never looked at"


def test_with_the_store_away_the_process_tells_what_it_knows_itself(content: Content, tmp_path: Path) -> None:
    bot = Bot(Settings(data=str(tmp_path)), Store("postgresql+psycopg://postgres@127.0.0.1:1/none"), content)
    figures = {one.name: one.samples for one in health._Figures(bot).collect()}
    assert figures["motherpost_store"][0].value == 0 and figures["motherpost_kept"][0].value == 0
    assert "motherpost_outbox" not in figures


def test_every_alert_is_told_in_the_handbook() -> None:
    handbook = (ROOT / "docs" / "operating.md").read_text()
    names = [where for _, where in asked() if where.startswith("Motherpost")]
    assert names and [name for name in names if f"`{name}`" not in handbook] == []


def test_prometheus_takes_its_rules() -> None:
    if promtool := shutil.which("promtool"):
        for words in (("check", "rules", "motherpost.rules.yml"), ("test", "rules", "motherpost.test.yml")):
            done = subprocess.run([promtool, *words], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
