"""The checks are checked: misspellings, each in a copy of what `make check` reads, and each found by one of its tools.

What does not run is seldom tried by a test. A word that only the night's tick or a coordinator's third button says has to be found before.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from bot.config import ROOT

ROOMS = ("bot", "channels", "content", "domain", "handlers", "storage")
RUFF, MYPY, IMPORTS, CHECK = "ruff", "mypy", "import-linter", "motherpost check"
# What `make check` runs, as programs of this Python; they see the copy first.
TOOLS: Mapping[str, tuple[str, ...]] = {
    RUFF: ("-m", "ruff", "check", "--no-cache", "--output-format=concise", "."),
    MYPY: ("-m", "mypy", "--cache-dir=../mypy", "bot", "channels", "domain", "handlers", "storage"),
    IMPORTS: ("-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"),
    CHECK: ("-m", "bot.cli", "check"),
}


class Misspelling(NamedTuple):
    """What is written wrongly, where, and how; lines are neither added nor taken away."""

    what: str
    file: str
    right: str
    wrong: str
    caught_by: str


MISSPELLINGS = (
    Misspelling("a column in a query", "storage/work/posts.py", "position.c.announced_at.is_", "position.c.anounced_at.is_", CHECK),
    Misspelling("a field of a typed row", "handlers/work/positions.py", "title=post.title)", "title=post.titel)", MYPY),
    Misspelling("a status", "handlers/work/applicants.py", 'row.status == "trial"', 'row.status == "trail"', MYPY),
    Misspelling("a route in a button", "handlers/work/wording.py", 'f"mine:{number}:coming"', 'f"mien:{number}:coming"', CHECK),
    Misspelling("a phrase", "handlers/people/menu.py", '"talk.greeting"', '"talk.greetings"', CHECK),
    Misspelling("a form's name", "handlers/ads/checking.py", 'start(turn, "check_ad")', 'start(turn, "chek_ad")', CHECK),
    Misspelling("a kind of notice", "handlers/training/teaching.py", '"appointment"', '"apointment"', CHECK),
    Misspelling("an outcome of a task", "handlers/work/__init__.py", '"repaid"', '"repayed"', CHECK),
    Misspelling("an action", "handlers/staff/team.py", 'scopes("roles.withdraw")', 'scopes("roles.withdrow")', CHECK),
    Misspelling("a tick", "handlers/survey/__init__.py", 'Step("surveys"', 'Step("survey"', CHECK),
    Misspelling("a keyword", "handlers/staff/answering.py", "word, now=scene.now)", "word, at=scene.now)", MYPY),
    Misspelling("a form's list of choices", "content/forms/thread_close.yaml", "select_one outcomes", "select_one outcome", CHECK),
    Misspelling("a command that words are for", "content/commands/ads.yaml", "check_ad:", "chek_ad:", CHECK),
    Misspelling("a column of an office's list", "storage/lists/positions.py", 'row["headcount"] <', 'row["headcuont"] <', MYPY),
    Misspelling("a slot of a reading", "handlers/work/fitting.py", 'slots.get("distance_m")', 'slots.get("distanse_m")', MYPY),
    Misspelling("a figure of a campaign", "bot/commands/offices.py", "of_day.day", "of_day.dya", MYPY),
    Misspelling("an outcome that staff give", "storage/tables/threads.py", '...] = ("helped"', '...] = ("helpt"', MYPY),
    Misspelling(
        "an import of another capability",
        "handlers/ads/checking.py",
        "from storage import ads\n",
        "from storage import ads; import handlers.training.rolls  # noqa: E702, F401, I001\n",
        IMPORTS,
    ),
)
# Nothing can be imported with it, so that `motherpost check` would see nothing else: in a copy of its own.
NAME = Misspelling("a capability", "handlers/capabilities.py", "ads.CAPABILITY", "ads.CAPABILTY", MYPY)


def copied(to: Path, misspellings: Iterable[Misspelling]) -> dict[str, str]:
    """The tree with these misspellings; each one's file:line by what it is."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, to / room, ignore=shutil.ignore_patterns("__pycache__"))
    # The contract of the folders is written in Python.
    for file in ("pyproject.toml", "config.yaml", "tests/__init__.py", "tests/support/__init__.py", "tests/support/contracts.py"):
        (to / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, to / file)
    return {one.what: misspelt(to, one) for one in misspellings}


def misspelt(tree: Path, one: Misspelling) -> str:
    """Write it wrongly where it first stands; its file:line."""
    file = tree / one.file
    text = file.read_text("utf-8")
    assert one.right in text, f"{one.what}: {one.file} has no {one.right}"
    file.write_text(text.replace(one.right, one.wrong, 1), "utf-8")
    return f"{one.file}:{text[: text.index(one.right)].count(chr(10)) + 1}"


def found(tree: Path, tool: str) -> set[str]:
    """The file:line of everything that a tool says of this tree."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "1000"}
    run = subprocess.run([sys.executable, *TOOLS[tool]], cwd=tree, env=environment, capture_output=True, text=True, timeout=600)
    said = (run.stdout + run.stderr).replace(f"{tree}/", "")
    modules = {f"{module.replace('.', '/')}.py:{line}" for module, line in re.findall(r"([\w.]+) -> [\w.]+ \(l\.(\d+)", said)}
    return modules | set(re.findall(r"^(?:motherpost: )?([\w./]+:\d+)", said, re.MULTILINE))


def caught(tree: Path, misspellings: Iterable[Misspelling]) -> dict[str, list[str]]:
    """The tools that find each misspelling, at its very line."""
    places = copied(tree, misspellings)
    finds = {tool: found(tree, tool) for tool in TOOLS}
    return {what: [tool for tool in TOOLS if place in finds[tool]] for what, place in places.items()}


def test_every_misspelling_is_caught(tmp_path: Path) -> None:
    found_by = {**caught(tmp_path / "many", MISSPELLINGS), **caught(tmp_path / "name", [NAME])}
    assert found_by == {one.what: [one.caught_by] for one in (*MISSPELLINGS, NAME)}
    assert len(found_by) == len(MISSPELLINGS) + 1


def test_what_is_written_rightly_is_not_caught(tmp_path: Path) -> None:
    copied(tmp_path, ())
    assert {tool: found(tmp_path, tool) for tool in (RUFF, IMPORTS, CHECK)} == {RUFF: set(), IMPORTS: set(), CHECK: set()}
