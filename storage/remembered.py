"""What a process remembers of a store for as long as it is open; two stores in one process know nothing of each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, cast

from sqlalchemy import Connection

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """One value of each store, made when somebody first asks; it hangs on the store and goes with it."""

    def __init__(self, make: Callable[[Connection], Value]) -> None:
        self._make = make

    def of(self, tx: Connection) -> Value:
        """The value of the store that this transaction is of."""
        known: dict[object, object] = tx.get_execution_options()["remembered"]
        if self not in known:
            known[self] = self._make(tx)
        return cast("Value", known[self])
