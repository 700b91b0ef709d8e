"""What is wrong with a setting, in words for who writes the file."""

from __future__ import annotations

from pydantic_core import ErrorDetails

# Beginnings of https://docs.pydantic.dev/latest/errors/validation_errors/ and what to do about them.
_REASONS = {
    "bool": "要写 yes 或 no",
    "int": "要写整数",
    "float": "要写数字",
    "string": "要写文字（加上引号）",
    "time": '要写时间，例如 "21:00"',
    "literal": "只能写 {expected}",
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "要大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "要小于 {lt}",
    "dict": "要写成“键: 值”的形式",
    "model": "要写成“键: 值”的形式",
    "tuple": '要写成列表，例如 ["21:00", "08:00"]',
    "too_long": "多了；最多 {max_length} 个",
    "missing": "要写这一项",
}


def reason(error: ErrorDetails) -> str:
    """Why a value cannot be."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return "不认识的设置"
    if kind == "value_error":
        return str(context["error"])
    known = next((text for name, text in _REASONS.items() if kind.startswith(name)), "这样写不行")
    return f"{known.format(**context)}（写的是 {error['input']!r}）"
