"""The lists that offices send and get: their columns, how a cell is read and written, and what a row must keep to."""

from domain.lists.column import AnyColumn, AnyKind, Cell, Kind, Labels
from domain.lists.header import Header, Table, best_header, find_header
from domain.lists.kinds import KINDS
from domain.lists.known import Known
from domain.lists.rows import Wrong, read_row, settled, show_row, write_row

__all__ = [
    "KINDS",
    "AnyColumn",
    "AnyKind",
    "Cell",
    "Header",
    "Kind",
    "Known",
    "Labels",
    "Table",
    "Wrong",
    "best_header",
    "find_header",
    "read_row",
    "settled",
    "show_row",
    "write_row",
]
