"""The lists that offices send and get: their columns, how a cell is read and written, and what a row must keep to."""

from domain.lists.header import Header, Table, best_header, find_header
from domain.lists.kinds import KINDS, Column, Kind
from domain.lists.known import Known
from domain.lists.rows import Wrong, read_row, settled, show_row, write_row

__all__ = [
    "KINDS",
    "Column",
    "Header",
    "Kind",
    "Known",
    "Table",
    "Wrong",
    "best_header",
    "find_header",
    "read_row",
    "settled",
    "show_row",
    "write_row",
]
