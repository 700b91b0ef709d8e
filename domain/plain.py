"""Plain data: what a JSON column, a form's answers or a page's message can hold, and how one value of a kind is taken out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

Json = bool | int | float | str | None | Sequence["Json"] | Mapping[str, "Json"]
JsonObject = Mapping[str, Json]
Code = TypeVar("Code", bound=str)


def text_of(values: JsonObject, name: str) -> str | None:
    """A text; None where there is none. Raises TypeError where it is something else."""
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def number_of(values: JsonObject, name: str) -> float | None:
    """A number; None where there is none. Raises TypeError where it is something else."""
    value = values.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise TypeError(f"{name} is no number")
    return value


def whole_of(values: JsonObject, name: str) -> int | None:
    """A whole number; None where there is none. Raises TypeError where it is something else."""
    value = number_of(values, name)
    if isinstance(value, float) and not value.is_integer():
        raise TypeError(f"{name} is no whole number")
    return None if value is None else int(value)


def id_of(values: JsonObject, name: str) -> int:
    """The id of a row. Raises KeyError where there is none, TypeError where it is something else."""
    if (value := whole_of(values, name)) is None:
        raise KeyError(name)
    return value


def texts_of(values: JsonObject, name: str) -> list[str]:
    """Texts, such as the codes of choices; none where there are none. Raises TypeError where it is something else."""
    value = values.get(name) or ()
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        raise TypeError(f"{name} is no list of texts")
    return [str(one) for one in value]


def code_of(values: JsonObject, name: str, codes: tuple[Code, ...]) -> Code:
    """The one of `codes` that stands there. Raises KeyError where none of them does."""
    chosen = next((code for code in codes if code == values.get(name)), None)
    if chosen is None:
        raise KeyError(f"{name}: {values.get(name)!r}")
    return chosen
