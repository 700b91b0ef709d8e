from __future__ import annotations

from pathlib import Path

import pytest

from domain.reading import lexicon

CHOICES = "skills:\n  knitting: 编织\n  cleaning: 保洁\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "choices.yaml").write_text(CHOICES, encoding="utf-8")
    place = tmp_path / "lexicon"
    place.mkdir()
    (place / "sets.yaml").write_text("我: 我 俺\n", encoding="utf-8")
    (place / "typos.yaml").write_text("保洁: 宝洁\n", encoding="utf-8")
    (place / "homophones.yaml").write_text("yi: 一衣医\njie: 洁结\n", encoding="utf-8")
    return place


def write(folder: Path, terms: str, *, name: str = "skills", kind: str = "skill", codes: str = "skills") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(f"kind: {kind}\ncodes: {codes}\nterms:\n{terms}", encoding="utf-8")
    return path


def found(folder: Path, text: str) -> list[tuple[str, str, str]]:
    return [(text[hit.start : hit.end], hit.kind, hit.code) for hit in lexicon.find(text, lexicon.build(folder))]


def test_terms_may_be_a_list_or_a_line_with_alternatives_and_sets(folder: Path) -> None:
    write(folder, '  knitting: 织毛衣 (钩|勾)(|个)花\n  cleaning:\n    - 擦地 拖地\n    - "{我}扫地"\n')
    assert found(folder, "织毛衣，勾花，钩个花，拖地，俺扫地") == [
        ("织毛衣", "skill", "knitting"),
        ("勾花", "skill", "knitting"),
        ("钩个花", "skill", "knitting"),
        ("拖地", "skill", "cleaning"),
        ("俺扫地", "skill", "cleaning"),
    ]


def test_a_shorter_term_within_a_longer_one_of_its_kind_is_dropped_and_other_kinds_stay(folder: Path) -> None:
    write(folder, "  knitting: 毛衣 织毛衣\n")
    write(folder, "  can: 织\n", name="roles", kind="role", codes="[can]")
    assert found(folder, "织毛衣") == [("织毛衣", "skill", "knitting"), ("织", "role", "can")]


def test_a_blocking_term_hides_what_lies_in_it_and_what_it_cuts(folder: Path) -> None:
    write(folder, '  cleaning: 保洁 扫地\n  "-": 保洁工具 地毯\n')
    assert found(folder, "保洁工具和扫地毯") == []
    assert found(folder, "保洁和扫地") == [("保洁", "skill", "cleaning"), ("扫地", "skill", "cleaning")]


def test_a_gap_term_spans_a_few_characters_of_one_clause(folder: Path) -> None:
    write(folder, '  cleaning: (擦|抹)…(窗|玻璃)\n  "-": 窗花\n')
    assert found(folder, "擦干净玻璃") == [("擦干净玻璃", "skill", "cleaning")]
    assert found(folder, "擦，玻璃") == []
    assert found(folder, "擦一二三四五玻璃") == []
    assert found(folder, "擦完剪窗花") == []


def test_typing_errors_and_same_sounding_characters_find_the_term(folder: Path) -> None:
    write(folder, "  cleaning: 保洁\n  knitting: 织毛衣\n")
    assert found(folder, "宝洁") == [("宝洁", "skill", "cleaning")]
    assert found(folder, "织毛一") == [("织毛一", "skill", "knitting")]
    assert found(folder, "毛一多少") == []


def test_a_same_sounding_character_of_a_known_word_is_no_error(folder: Path) -> None:
    write(folder, "  knitting: 织毛衣\n  cleaning: 一点\n")
    assert found(folder, "织毛一点") == [("一点", "skill", "cleaning")]


def test_two_characters_may_be_misheard_only_as_the_whole_message(folder: Path) -> None:
    write(folder, "  knitting: 医结\n")
    assert found(folder, "一结。") == [("一结", "skill", "knitting")]
    assert found(folder, "一结吧") == []


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ("  knitting: 织毛衣\n  baking: 烤\n", "没有这个代码"),
        ("  knitting: 织毛衣\n  cleaning: 织毛衣\n", "重复"),
        ("  knitting: 織毛衣\n", "简体"),
        ("  knitting: (织毛衣\n", "括号"),
        ('  knitting: "{谁}织毛衣"\n', "sets.yaml"),
        ("  cleaning: 保洁\n  knitting: 宝洁\n", "盖住"),
        (f"  knitting: {'(一|二|三|四|五|六)' * 5}\n", "展开"),
    ],
)
def test_check_names_file_line_and_reason(folder: Path, terms: str, why: str) -> None:
    path = write(folder, terms)
    problems = lexicon.check(folder, folder.parent / "choices.yaml")
    assert problems
    assert all(problem.where.startswith(f"{path}:") for problem in problems)
    assert why in str(problems[-1])


def test_check_tells_of_a_file_that_is_no_lexicon(folder: Path) -> None:
    (folder / "odd.yaml").write_text("kind: [\n", encoding="utf-8")
    (folder / "other.yaml").write_text("terms: 1\n", encoding="utf-8")
    problems = lexicon.check(folder, folder.parent / "choices.yaml")
    assert [Path(problem.where.split(".yaml")[0]).name for problem in problems] == ["odd", "other"]


def test_a_careless_term_cannot_stop_the_start(folder: Path) -> None:
    write(folder, f"  knitting: {'(一|二|三|四|五|六|七|八)' * 9}\n")
    assert len(lexicon.build(folder).whole) == lexicon.MAX_FORMS


@pytest.mark.parametrize("name", ["skills", "sectors", "modes", "roles", "after", "who", "intents", "hints", "cues"])
def test_the_reading_lexicon_has_no_error(name: str) -> None:
    assert [str(problem) for problem in lexicon.check() if f"/{name}.yaml" in problem.where] == []


def test_words_are_whole_terms_for_a_segmenter() -> None:
    words = lexicon.words()
    assert {"织毛衣", "转人工", "保洁"} <= set(words)
    assert not any("…" in word or len(word) < 2 for word in words)
