"""XLSForm expressions: what they give, and which are refused at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.forms.expressions import compile_expression
from domain.forms.values import clean
from domain.plain import Json
from tests.domain.forms.talk import NOW

VALUES: dict[str, Json] = {
    "age": 36,
    "modes": ["take_home", "new_form"],
    "name": "王芳",
    "none": None,
    "price": 2.345,
    "born": "2021-03",
    "kids": ["2021-03", "2022-04"],
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("${age} >= 18 and selected(${modes}, 'take_home')", True),
        ("selected(${modes}, 'home')", False),
        ("selected(${none}, 'x') or not(${none} != '')", True),
        ("${age}-1", 35),
        ("${age} div 10", 3.6),
        ("int(${age} div 10) * 10 + ${age} mod 10", 36),
        ("count-selected(${modes})", 2),
        ("count(${kids})", 2),
        ("selected-at(${modes}, 1)", "new_form"),
        ("if(${age} > 30, 'old', 'young')", "old"),
        ("coalesce(${none}, ${name})", "王芳"),
        ("string-length(${name})", 2),
        ("round(${price}, 2)", 2.35),
        ("round(2.5)", 3),
        ("min(3, 1, 2) + max(3, 1, 2)", 4),
        ("concat(${name}, '.', 'x')", "王芳.x"),
        ("${born} < today()", True),
        ("format-date(today(), '%Y-%m-%d')", "2026-11-23"),
        ("today() - date('2026-11-20')", 3),
        ("now() > today()", True),
        ("once('first')", "mine"),
        ("regex(., 'm.+e')", True),
        ("regex(., 'm')", False),
        (". = 'mine'", True),
        ("${none} + 1", None),
        ("1 div 0", None),
        ("'${age} . and'", "${age} . and"),
    ],
)
def test_values(source: str, value: object) -> None:
    assert compile_expression(source).value(VALUES, answer="mine", now=NOW) == value


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "写错"),
        ("1 +", "写错"),
        ("selected(${a}", "写错"),
        ("age > 3", "${age}"),
        ("../age > 3", ".."),
        ("/form/age", "/"),
        ("uuid()", "uuid"),
        ("round()", "算不出来"),
        ("regex(., '(')", "算不出来"),
        ("document('x')", "document"),
        ("1 \0 2", "不可见"),
    ],
)
def test_refused(source: str, why: str) -> None:
    with pytest.raises(ValueError, match="(?s).") as error:
        compile_expression(source)
    assert why in str(error.value)


def test_names_are_known_so_that_the_loader_can_check_them() -> None:
    assert compile_expression("${ a } + ${b} > ${a}").names == ("a", "b")


def test_inputs_are_never_part_of_the_expression() -> None:
    injected = compile_expression("${name} = 'x'")
    assert injected.holds({"name": "x' or '1'='1"}, now=NOW) is False


@given(st.text() | st.integers() | st.floats() | st.lists(st.text()) | st.none() | st.booleans())
def test_no_answer_makes_an_expression_raise(answer: Json) -> None:
    answer = clean(answer) if isinstance(answer, str) else [clean(one) for one in answer] if isinstance(answer, list) else answer
    for source in (
        "string-length(.) <= 5 and . > 3",
        "regex(., '[0-9]+') or selected(., 'x')",
        "int(.) + round(., 1)",
        "format-date(., '%Y')",
        "ceiling(.)",
    ):
        compile_expression(source).value({}, answer=answer, now=NOW)
