"""What docs/security.md promises names tests that there are, and a line without one says what is missing."""

from __future__ import annotations

import re

from bot.config import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = re.compile(r"`((?:\w+/)*test_\w+\.py)(?:::(\w+))?`")
CHAPTERS = [*range(1, 9), *range(11, 17)]


def lines() -> list[list[str]]:
    """The cells of each section's line."""
    rows = [line.strip().strip("|").split(" | ") for line in TEXT.splitlines() if line.startswith("| ")]
    return [[cell.strip(" |") for cell in row] for row in rows if row[0].strip()[:1].isdecimal()]


def test_every_test_that_is_named_exists() -> None:
    found = NAMED.findall(TEXT)
    assert len(found) > 90
    for file, name in found:
        path = ROOT / "tests" / file
        assert path.is_file(), file
        assert not name or re.search(rf"^(?:async )?def {name}\(", path.read_text("utf-8"), re.MULTILINE), f"{file}::{name}"


def test_every_chapter_of_the_level_is_there_and_no_line_is_a_wish() -> None:
    assert [int(number) for number in re.findall(r"^## (\d+) ", TEXT, re.MULTILINE)] == CHAPTERS
    assert len(lines()) > 60
    for cells in lines():
        section, holds, *rest = cells
        assert holds and (NAMED.search(rest[0]) or rest[-1]), f"{section}: neither a test nor what is missing"


def test_nothing_is_said_to_be_tested_twice_over_by_a_whole_file_alone() -> None:
    """A file alone is named only where all of it is about that line."""
    whole = [file for file, name in NAMED.findall(TEXT) if not name]
    assert set(whole) <= {"domain/test_normal.py", "channels/test_web_browser.py", "handlers/test_safety.py"}
