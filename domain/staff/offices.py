"""What an office wants to get, as content/offices says it: its columns, where each comes from, and in whose words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from domain.errors import ContentError
from domain.forms.located import Located, read
from domain.lists import Cell
from domain.lists.cells import guard
from domain.notices import LOCAL

# What a field may hold.
Value = str | None | int | Decimal | date | list[str]

ROWS = ("people", "visited", "applied")
# Everything that a column may come from. Children's birth months never leave: offices count.
FIELDS = frozenset(
    {
        *(
            f"person.{name}"
            for name in ("key", "name", "phone", "building", "community", "community_code", "cell", "cell_code", "created_at")
        ),
        *(f"profile.{name}" for name in ("birth_year", "children_count", "skills", "learn", "modes", "sectors", "windows", "hardship")),
        *(f"profile.{name}" for name in ("max_distance_m", "min_monthly_pay", "surveyed_at", "updated_at")),
        *(f"visit.{name}" for name in ("campaign", "status", "missed", "visited_at", "worker")),
        *(f"application.{name}" for name in ("position", "position_code", "enterprise", "status", "created_at", "started_at", "ended_at")),
    }
)
_MOMENTS = frozenset({field for field in FIELDS if field.endswith("_at")})
_KEYS = frozenset({"title", "rows", "columns"})
_COLUMN_KEYS = frozenset({"header", "from", "codes", "format"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: what stands above it, its field, the words for its codes, and strftime's format of its moments."""

    header: str
    field: str
    codes: Mapping[str, str]
    format: str = "%Y-%m-%d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An export by its file's name."""

    name: str
    title: str
    rows: str
    columns: tuple[Column, ...]

    @property
    def fields(self) -> frozenset[str]:
        """What has to be looked up, and nothing else."""
        return frozenset(column.field for column in self.columns)

    def row(self, values: Mapping[str, Value]) -> list[Cell]:
        """A row's cells from its fields' values; texts harmless for spreadsheets, moments in local time."""
        return [_cell(column, values[column.field]) for column in self.columns]


def _cell(column: Column, value: Value) -> Cell:
    if value is None:
        return None
    if isinstance(value, list):
        return guard(";".join(column.codes.get(str(one), str(one)) for one in value))
    if isinstance(value, datetime):
        return guard(value.astimezone(LOCAL).strftime(column.format))
    if isinstance(value, date):
        return guard(value.strftime(column.format))
    plain = str(value).lower() if isinstance(value, bool) else str(value)
    if plain in column.codes:
        return guard(column.codes[plain])
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else guard(plain)


def load(path: Path, labels: Mapping[str, Mapping[str, str]]) -> Office:
    """Read one file; `labels` are the lists of content/choices.yaml. Raises the first ContentError."""
    office, errors = _read(path, labels)
    if errors or office is None:
        raise errors[0]
    return office


def check(path: Path, labels: Mapping[str, Mapping[str, str]]) -> list[ContentError]:
    """Everything that is wrong with one file, with its line."""
    return _read(path, labels)[1]


def _read(path: Path, labels: Mapping[str, Mapping[str, str]]) -> tuple[Office | None, list[ContentError]]:
    try:
        data = read(path)
    except ContentError as error:
        return None, [error]
    errors = [ContentError(f"{path}:{data.line_of(key)}", f"不认识“{key}”") for key in data if key not in _KEYS]
    rows = data.get("rows", "people")
    if rows not in ROWS:
        errors.append(ContentError(f"{path}:{data.line_of('rows')}", f"rows 只能是 {'、'.join(ROWS)}"))
    given = data.get("columns")
    if not isinstance(given, list) or not given:
        return None, [*errors, ContentError(f"{path}:{data.line_of('columns')}", "columns 里还没有列")]
    columns = []
    for column in given:
        if isinstance(column, Located):
            wrong = list(_wrong(column, labels, path))
            errors += wrong
            columns += [] if wrong else [_column(column, labels)]
        else:
            errors.append(ContentError(f"{path}:{data.line_of('columns')}", "每一列都要写成“- {header: …, from: …}”"))
    errors += _twice(columns, path, data)
    return Office(name=path.stem, title=str(data.get("title", path.stem)), rows=str(rows), columns=tuple(columns)), errors


def _wrong(column: Located, labels: Mapping[str, Mapping[str, str]], path: Path) -> list[ContentError]:
    wrong = [(key, f"不认识“{key}”") for key in column if key not in _COLUMN_KEYS]
    header = column.get("header")
    if not isinstance(header, str) or not header.strip():
        wrong.append(("header", "没有 header"))
    field = column.get("from")
    if field not in FIELDS:
        wrong.append(("from", f"from“{field}”没有这项内容；有的是 {'、'.join(sorted(FIELDS))}"))
    codes = column.get("codes")
    if isinstance(codes, str) and codes not in labels:
        wrong.append(("codes", f"codes“{codes}”没有这个选项表；有的是 {'、'.join(labels)}"))
    elif codes is not None and not isinstance(codes, str | Located):
        wrong.append(("codes", "codes 要写选项表的名字，或者“代码: 字”"))
    if "format" in column and field not in _MOMENTS:
        wrong.append(("format", "format 只用于时间"))
    elif not isinstance(column.get("format", ""), str):
        wrong.append(("format", "format 要写成 %Y-%m-%d 这样"))
    return [ContentError(f"{path}:{column.line_of(key)}", why) for key, why in wrong]


def _column(column: Located, labels: Mapping[str, Mapping[str, str]]) -> Column:
    codes = column.get("codes")
    words: Mapping[str, str] = {}
    if isinstance(codes, str):
        words = labels[codes]
    elif isinstance(codes, Located):
        words = {code.lower() if code in ("True", "False") else code: str(word) for code, word in codes.items()}
    header, field = str(column["header"]).strip(), str(column["from"])
    return Column(header=header, field=field, codes=words, format=str(column.get("format", "%Y-%m-%d")))


def _twice(columns: Sequence[Column], path: Path, data: Located) -> list[ContentError]:
    headers = [column.header for column in columns]
    line = f"{path}:{data.line_of('columns')}"
    return [ContentError(line, f"有两列都叫“{header}”") for header in dict.fromkeys(headers) if headers.count(header) > 1]
