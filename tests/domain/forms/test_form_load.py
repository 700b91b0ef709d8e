"""A form is checked whole before anybody is asked: every error has its file, its line and a reason in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ContentError
from domain.forms.load import check, load
from tests.domain.forms.talk import INTAKE, ROOT, write

GOOD = "- {type: text, name: a, label: 甲}"


def found(tmp_path: Path, survey: str, rest: str = "") -> list[str]:
    return [str(error) for error in check(write(tmp_path, survey, rest=rest))]


@pytest.mark.parametrize(
    ("survey", "line", "why"),
    [
        (f"{GOOD}\n- {{type: txt, name: b, label: 乙}}", 6, "type“txt”"),
        (f"{GOOD}\n- {{type: text, name: a, label: 乙}}", 6, "用了两次"),
        (f"{GOOD}\n- {{type: select_one nowhere, name: b, label: 乙}}", 6, "没有选项表“nowhere”"),
        (f"{GOOD}\n- {{type: text, name: b, label: 乙, relevant: '${{c}} = 1'}}", 6, "${c}"),
        (f"{GOOD}\n- type: text\n  name: b\n  label: 乙\n  constraint: . >", 9, "写错"),
        (f"{GOOD}\n- {{type: text, name: b, label: 乙, read: mood}}", 6, "read“mood”"),
        (f"{GOOD}\n- {{type: text, name: B b, label: 乙}}", 6, "小写"),
        (f"{GOOD}\n- {{type: text, name: b}}", 6, "没有 label"),
        (f"{GOOD}\n- {{type: text, name: b, label: 乙, colour: red}}", 6, "colour"),
        (f"{GOOD}\n- {{type: text, name: b, label: 乙, required: sometimes}}", 6, "true 或 false"),
        (f"{GOOD}\n- {{type: text, name: b, label: 乙, appearance: wide}}", 6, "appearance"),
        (f"{GOOD}\n- {{type: text, name: b, label: 乙, appearance: summary, required: true}}", 6, "required"),
        (f"{GOOD}\n- {{type: calculate, name: b}}", 6, "calculation"),
        (f"{GOOD}\n- {{type: repeat, name: b, label: 乙}}", 6, "没有问题"),
        (f"{GOOD}\n- {{type: begin repeat, name: b, label: 乙}}", 6, "没有结尾"),
        (f"{GOOD}\n- {{type: end repeat}}", 6, "没有对应的开头"),
        (f"{GOOD}\n- {{type: integer, name: b, label: 乙, default: 三}}", 6, "default"),
        (f"{GOOD}\n- {{type: integer, name: b, label: 乙, choices: [{{name: x, label: 丙, value: 多}}]}}", 6, "value"),
        (f"{GOOD}\n- {{type: windows, name: b, label: 乙, choices: [{{name: x, label: 丙, value: 9-12}}]}}", 6, "看不懂"),
        (f"{GOOD}\n- {{type: select_one l, name: b, label: 乙, choices: {{x: 返回}}}}", 6, "返回"),
        (f"{GOOD}\n- {{type: select_one l, name: b, label: 乙, choices: {{'x y': 丙}}}}", 6, "选项代码"),
        (f"{GOOD}\n- {{type: select_one l, name: b, label: 乙, choices: {{x: {'长' * 40}}}}}", 6, "按钮最多"),
        (f"{GOOD}\n- {{type: select_one l, name: b, label: 乙, choices: {{{'x' * 60}: 丙}}}}", 6, "64个字节"),
        (f"{GOOD}\n- {{type: text, name: b, label: {'长' * 700}, short: 乙}}", 6, "wechat 一条最多600"),
        (f"{GOOD}\n- {{type: text, name: b, label: {'长' * 50}}}", 6, "加一个 short"),
        (f"{GOOD}\n- {{type: text, name: b, name: c, label: 乙}}", 6, "写了两次"),
        (f"{GOOD}\n- {{type: text, name: b, label: 乙", 7, "YAML"),
        ("- {type: note, name: a, label: 甲}", 1, "没有一个要问"),
    ],
)
def test_errors_have_a_line_and_a_reason(tmp_path: Path, survey: str, line: int, why: str) -> None:
    errors = found(tmp_path, survey)
    assert any(f"small.yaml:{line}: " in error and why in error for error in errors), errors


def test_all_errors_are_collected_and_the_first_is_raised(tmp_path: Path) -> None:
    path = write(tmp_path, "- {type: x, name: a, label: 甲}\n- {type: y, name: b, label: 乙}\n" + GOOD.replace("a,", "c,"))
    assert len(check(path)) == 2
    with pytest.raises(ContentError, match="small.yaml:5"):
        load(path)


@pytest.mark.parametrize(
    "text",
    ["", "- a\n", "name: x\n", "name: x\nversion: true\nsurvey: []\n", "name: x\nversion: 1\nsurvey: [1]\n", "a: 2026-13-45\n", "\x07"],
)
def test_files_that_are_no_form(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    assert check(path)
    assert check(tmp_path / "missing.yaml")


def test_end_when_may_only_name_questions(tmp_path: Path) -> None:
    assert any("${b}" in error for error in found(tmp_path, GOOD, "end_when: ${b} = 1\n"))


def test_groups_lend_their_condition(tmp_path: Path) -> None:
    form = load(
        write(
            tmp_path,
            """
            - {type: begin group, name: g, relevant: "${a} = 'x'"}
            - {type: text, name: b, label: 乙, relevant: "${a} != ''"}
            - {type: end group}
            - {type: text, name: a, label: 甲}
            - {repeat: kids, label: 孩子, questions: [{type: integer, name: years, label: 几岁}]}
            """,
        )
    )
    assert [one.source for one in form.named["b"].relevant] == ["${a} = 'x'", "${a} != ''"]
    assert form.named["kids"].listed and form.at("kids/3") == form.named["kids"]
    assert form.looks_ahead


def test_lists_of_all_forms_are_shared_and_labels_may_have_languages(tmp_path: Path) -> None:
    (tmp_path / "content" / "forms").mkdir(parents=True)
    (tmp_path / "content" / "choices.yaml").write_text("colours:\n  r: {zh: 红, en: red}\n", encoding="utf-8")
    form = load(write(tmp_path, "- {type: select_one colours, name: a, label: {zh: 颜色, en: Colour}}"))
    assert form.named["a"].choices[0].label == {"zh": "红", "en": "red"}
    assert found(tmp_path, "- {type: text, name: a, label: {zh: ''}}")


def test_every_form_of_the_project_is_whole() -> None:
    for path in sorted((ROOT / "content/forms").glob("*.yaml")):
        assert check(path) == []
    assert load(INTAKE).version >= 1
