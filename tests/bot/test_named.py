"""`motherpost check` knows the words by which code names routes, forms, kinds of notice, actions and columns."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot import content, named
from bot.config import ROOT

NAMES = named.Names(
    {
        "route": frozenset({"apply", "menu"}),
        "command": frozenset({"work"}),
        "form": frozenset({"intake"}),
        "notice": frozenset({"staff", "danger"}),
        "action": frozenset({"tasks.see"}),
        "phrase": frozenset({"tasks.kind_wage", "tasks.outcome_repaid", "tasks.menu"}),
        "tick": frozenset({"notices"}),
    }
)


def wrong(tmp_path: Path, code: str) -> list[str]:
    """What the check says of a file with this code, without the folder."""
    file = tmp_path / "some.py"
    file.write_text(code, "utf-8")
    return [str(error).removeprefix(f"{tmp_path}/") for error in NAMES.check([file])]


@pytest.mark.parametrize(
    "code",
    [
        'turn.button("p", f"apply:{post.id}")',
        'Button(label, "menu:work")',
        'Button(label, "", url)',
        'Own("tasks.menu", "menu:work")',
        'Button(label, f"{anything()}:{page}")',
        'tell(tx, content, ids, "danger" if urgent else "staff", word, now=now)',
        'forms.start(turn, "intake", about=about)',
        'turn.need("tasks.see", community_id)',
        "turn.scopes(action)",
        'Capability(finished={"intake/visit": done}, tasks={"wage": TaskKind(outcomes=("repaid",))})',
    ],
)
def test_words_that_name_something(tmp_path: Path, code: str) -> None:
    assert wrong(tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('turn.button("p", f"aply:{post.id}")', "没有“aply”这个按钮"),
        ('Button(label, "menu:wrok")', "没有“wrok”这个命令"),
        ('Button(label, f"menu:wrok:{page}")', "没有“wrok”这个命令"),
        ('Own("tasks.menu", "menu:wrok")', "没有“wrok”这个命令"),
        ('Own("tasks.mneu", "menu:work")', "没有“tasks.mneu”这句话"),
        ('tell(tx, content, ids, "danger" if urgent else "staf", word, now=now)', "没有“staf”这种通知"),
        ('forms.start(turn, "intaek")', "没有“intaek”这张表"),
        ('scene.may("task.see", None)', "没有“task.see”这个权限"),
        ('access.scopes(held, "task.see")', "没有“task.see”这个权限"),
        ('Capability(finished={"intaek/visit": done})', "没有“intaek”这张表"),
        ('Capability(tasks={"wages": TaskKind(outcomes=("repaid",))})', "没有“tasks.kind_wages”这句话"),
        ('Capability(tasks={"wage": TaskKind(outcomes=("repayed",))})', "没有“tasks.outcome_repayed”这句话"),
        ('Entry("tasks.see", "tasks.meun", "tasks", rank=20)', "没有“tasks.meun”这句话"),
        ('Step("notises", run=deliver)', "没有“notises”这个定时任务"),
    ],
)
def test_words_that_name_nothing(tmp_path: Path, code: str, said: str) -> None:
    assert wrong(tmp_path, f"\n{code}") == [f"some.py:2: {said}"]


def test_a_word_that_stands_above(tmp_path: Path) -> None:
    code = 'FORM, OTHER = "intaek", "intake"\ndef ask(turn):\n    go = f"aply:{turn.id}"\n    forms.start(turn, FORM)\n    Button(label, f"{go}:yes")'
    assert wrong(tmp_path, code) == ["some.py:4: 没有“intaek”这张表", "some.py:5: 没有“aply”这个按钮"]


def test_a_column_that_its_table_does_not_have(tmp_path: Path) -> None:
    file = tmp_path / "query.py"
    file.write_text(
        "from storage.tables import survey\nfrom storage.tables.survey import Visit, visit\nV = table(Visit)\nOTHER = visit.alias('other')\n"
        "visit.c.status, V.c.status, OTHER.c.status, rows.c.anything\nvisit.c.statsu\nV.c.statsu\nOTHER.c.statsu\nsurvey.visit.c.statsu\n",
        "utf-8",
    )
    found = [error.where for error in named.columns([file], {"survey": {"visit": {"status"}, "Visit": {"status"}}})]
    assert found == [f"{file}:{line}" for line in (6, 7, 8, 9)]


def test_a_word_for_a_command_that_nobody_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "COMMANDS", tmp_path)
    (tmp_path / "some.yaml").write_text("menu: [菜单]\nwrok: [找活]\n", "utf-8")
    assert [str(error) for error in content.check()] == [f"{tmp_path}/some.yaml:2: 没有“wrok”这个命令"]


def test_a_word_that_stands_for_two_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "COMMANDS", tmp_path)
    (tmp_path / "one.yaml").write_text("menu: [菜单]\nwork: [找活]\n", "utf-8")
    (tmp_path / "two.yaml").write_text("mine: [我的, 菜单]\n", "utf-8")
    assert [str(error) for error in content.check()] == [f"{tmp_path}/two.yaml:1: “菜单”已经是“menu”的说法"]


def test_most_of_what_is_written_is_seen() -> None:
    """A check that looks past everything would be content with everything."""
    seen = [use.what for file in ROOT.glob("handlers/**/*.py") for use in named.uses(ast.parse(file.read_text("utf-8")))]
    assert {what: seen.count(what) >= 15 for what in named.CALLED} == dict.fromkeys(named.CALLED, True)
