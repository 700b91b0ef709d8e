"""The columns of every list, with the names that offices give them; what a blank cell means; what a row as a whole must keep to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.lists import cells, several, times
from domain.lists.known import Known

Read = Callable[[str, Known], Any]
# A value as people read it, by the labels of the lists of codes.
Show = Callable[[Any, Mapping[str, Mapping[str, str]]], Any]
# Column, and what is wrong with it.
Finding = tuple[str, str]


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `settle` gives the form in which a stored value is compared and exported; `keep`: a blank cell leaves what is stored;
    `extra`: read where a file has it, written only where it is asked for.
    """

    name: str
    names: tuple[str, ...] = ()
    read: Read
    write: Callable[[Any], Any] = _same
    # None: as it is written.
    show: Show | None = None
    # What a drop-down offers: a list of content/choices.yaml, or these words.
    choices: str | tuple[str, ...] = ()
    settle: Callable[[Any], Any] = _same
    required: bool = False
    empty: Any = None
    keep: bool = False
    extra: bool = False

    @property
    def title(self) -> str:
        """Its heading in Chinese."""
        return next((name for name in self.names if not name.isascii()), self.name)

    def blank(self) -> Any:
        """What a blank cell means."""
        return list(self.empty) if self.empty == () else self.empty


def _nothing(_values: Mapping[str, Any], _known: Known) -> Iterator[Finding]:
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A list: its rows are known by the column `key`."""

    name: str
    title: str
    key: str
    columns: tuple[Column, ...]
    check: Callable[[Mapping[str, Any], Known], Iterator[Finding]] = _nothing

    def shown(self, *, extra: bool) -> tuple[Column, ...]:
        """The columns that are written."""
        return tuple(column for column in self.columns if extra or not column.extra)

    def blank(self) -> dict[str, Any]:
        """A row of which nothing is known."""
        return {column.name: column.blank() for column in self.columns}


def _words(most: int) -> dict[str, Any]:
    return {"read": lambda cell, _known: cells.text(cell, most=most), "settle": _settled_text, "write": cells.guard}


def _settled_text(value: str | None) -> str | None:
    return None if value is None else cells.clean(value)


def _settled_phone(value: str | None) -> str | None:
    try:
        return cells.phone(value, landline=True) if value else None
    except ValueError:
        return value


def _whole(least: int, most: int, units: str = "") -> dict[str, Any]:
    return {"read": lambda cell, _known: cells.whole(cell, least=least, most=most, units=units)}


def _settled_windows(value: str) -> str:
    try:
        return several.week_hours(value, _NOBODY) if value else ""
    except ValueError:
        return value


def _place(which: str, what: str) -> Read:
    def read(cell: str, known: Known) -> str:
        found = getattr(known, which).get(cells.text(cell, most=200))
        if found is None:
            raise ValueError(f"没有编码是“{cells.short(cell)}”的{what}，请先导入{what}")
        return str(found)

    return read


_NOBODY = Known({}, {}, {}, None)  # type: ignore[arg-type]  # hours of a week are read without knowing anything
_CODE: dict[str, Any] = {
    "read": lambda cell, _known: cells.code(cell),
    "settle": _settled_text,
    "write": cells.guard,
    "required": True,
}
_MONEY: dict[str, Any] = {"read": lambda cell, _known: cells.fen(cell), "write": cells.yuan}
_DAY: dict[str, Any] = {"read": lambda cell, _known: cells.day(cell)}
_YES: dict[str, Any] = {
    "read": lambda cell, _known: cells.yes(cell),
    "write": lambda value: "yes" if value else "no",
    "show": lambda value, _labels: "是" if value else "否",
    "choices": ("是", "否"),
}
_HOURS: dict[str, Any] = {
    "show": lambda value, _labels: several.week_words(value),
    "read": several.week_hours,
    "settle": _settled_windows,
    "empty": "",
}
_SEVERAL: dict[str, Any] = {"write": ";".join, "empty": ()}


def _one(name: str, **more: Any) -> dict[str, Any]:
    """A code of content/choices.yaml."""
    return {"read": several.one_of(name), "show": lambda code, labels: labels[name].get(code, code), "choices": name, **more}


def _some(name: str) -> dict[str, Any]:
    """Codes of content/choices.yaml."""
    shown: Show = lambda codes, labels: "；".join(labels[name].get(code, code) for code in codes)  # noqa: E731
    return {"read": several.some_of(name), "show": shown, "choices": name, **_SEVERAL}


def _word(words: Mapping[str, tuple[str, ...]], **more: Any) -> dict[str, Any]:
    """A code with words of its own."""
    first = tuple(said[0] for said in words.values())
    return {
        "read": several.word_of(words),
        "show": lambda code, _labels: words[code][0] if code in words else code,
        "choices": first,
        **more,
    }


_COMMUNITY: dict[str, Any] = {"read": _place("communities", "社区"), "write": cells.guard, "required": True}


def _angle(most: float, *names: str) -> dict[str, Any]:
    return {
        "names": names,
        "read": lambda cell, _known: cells.degrees(cell, most=most),
        "settle": lambda angle: None if angle is None else cells.centimetre(angle),
    }


_LAT = _angle(90, "纬度", "latitude", "北纬")
_LON = _angle(180, "经度", "longitude", "lng", "东经")
_CODES = ("编码", "代码", "编号")
_PLACES = ("社区", "社区编码", "社区代码", "社区编号", "社区名称", "所在社区")
_WEEKLY = ("时间", "时间段", "工作时间", "上班时间", "空闲时间", "有空时间")

COMMUNITIES = Kind(
    name="communities",
    title="社区",
    key="code",
    columns=(
        Column(name="code", names=(*_CODES, "社区编码", "社区代码", "社区编号"), **_CODE),
        Column(name="name", names=("名称", "社区", "社区名称", "社区名"), required=True, **_words(200)),
        Column(name="lat", required=True, **_LAT),
        Column(name="lon", required=True, **_LON),
    ),
)

ENTERPRISES = Kind(
    name="enterprises",
    title="企业",
    key="code",
    columns=(
        Column(name="code", names=(*_CODES, "企业编码", "企业代码", "企业编号"), **_CODE),
        Column(name="name", names=("名称", "企业", "企业名称", "单位名称", "公司名称"), required=True, **_words(200)),
        Column(name="licence", names=("license", "营业执照", "营业执照号", "执照", "统一社会信用代码", "信用代码"), **_CODE),
        Column(name="contact", names=("联系人", "负责人"), empty="", **_words(100)),
        Column(
            name="phone",
            names=("电话", "联系电话", "手机", "手机号"),
            read=lambda cell, _known: cells.phone(cell, landline=True),
            settle=_settled_phone,
        ),
        Column(name="share_percent", names=("返还比例", "分成比例", "比例", "分成"), required=True, **_whole(5, 15, "%")),
    ),
)

_BASIS = {
    "piece": ("计件", "按件", "件"),
    "hour": ("小时", "计时", "按小时", "时薪", "时"),
    "day": ("天", "日", "按天", "日薪", "日结"),
    "month": ("月", "按月", "月薪", "月结"),
}
_STATUS = {
    "draft": ("草稿", "未发布", "待发布"),
    "published": ("已发布", "发布", "招聘中", "招工中"),
    "filled": ("已招满", "招满", "满员"),
    "closed": ("已关闭", "关闭", "已结束", "结束"),
}


def _position(values: Mapping[str, Any], _known: Known) -> Iterator[Finding]:
    low, high = values.get("pay_min"), values.get("pay_max")
    if low is not None and high is not None and low > high:
        yield "pay_max", f"最高 {cells.yuan(high)} 元比最低 {cells.yuan(low)} 元还少"
    opens, closes = values.get("opens_on"), values.get("closes_on")
    if opens is not None and closes is not None and opens > closes:
        yield "closes_on", f"截止 {closes} 在开始 {opens} 之前"
    if "lat" in values and "lon" in values and (values["lat"] is None) != (values["lon"] is None):
        yield ("lat" if values["lat"] is None else "lon"), "纬度和经度要么都写，要么都不写（不写就用社区的位置）"


POSITIONS = Kind(
    name="positions",
    title="岗位",
    key="code",
    columns=(
        Column(name="code", names=(*_CODES, "岗位编码", "岗位代码", "岗位编号"), **_CODE),
        Column(
            name="enterprise",
            names=("企业", "企业编码", "企业代码", "企业编号", "企业名称", "用工单位", "用工企业"),
            required=True,
            read=_place("enterprises", "企业"),
            write=cells.guard,
        ),
        Column(name="title", names=("岗位名称", "岗位", "名称", "职位", "标题", "工种"), required=True, **_words(200)),
        Column(name="text", names=("说明", "岗位说明", "描述", "岗位描述", "内容", "招工内容", "工作内容"), empty="", **_words(10_000)),
        Column(name="sector", names=("行业", "行当", "行业类别"), required=True, **_one("sectors")),
        Column(name="mode", names=("方式", "用工方式", "就业方式", "干活方式", "模式"), required=True, **_one("modes")),
        Column(name="skills", names=("技能", "技能要求", "手艺"), **_some("skills")),
        Column(name="trains", names=("培训", "带教", "包教", "是否培训", "可培训", "教不教"), empty=False, **_YES),
        Column(name="community", names=_PLACES, **_COMMUNITY),
        Column(name="lat", **_LAT),
        Column(name="lon", **_LON),
        Column(name="windows", names=_WEEKLY, **_HOURS),
        Column(name="fixed", names=("固定时间", "时间固定", "固定", "是否固定"), empty=False, **_YES),
        Column(
            name="min_weekly_hours",
            names=("每周最少小时", "每周至少小时", "每周小时", "每周最少工时", "每周工时"),
            empty=0,
            **_whole(0, 168, "小时|个小时"),
        ),
        Column(name="pay_basis", names=("计薪方式", "计酬方式", "工资方式", "结算方式"), required=True, **_word(_BASIS)),
        Column(name="pay_min", names=("最低工资", "最低报酬", "工资下限", "薪资下限", "报酬下限"), **_MONEY),
        Column(name="pay_max", names=("最高工资", "最高报酬", "工资上限", "薪资上限", "报酬上限"), **_MONEY),
        Column(
            name="headcount", names=("人数", "招聘人数", "招工人数", "需要人数", "名额"), required=True, **_whole(1, 10_000, "人|名|个")
        ),
        Column(name="opens_on", names=("开始日期", "起始日期", "开始时间", "开放日期"), **_DAY),
        Column(name="closes_on", names=("截止日期", "结束日期", "截止时间"), **_DAY),
        Column(name="status", names=("状态", "岗位状态"), **_word(_STATUS), empty="draft", keep=True),
    ),
    check=_position,
)


def _birth_year(cell: str, known: Known) -> int:
    # Nobody under 16 may work (Labour Law 15).
    return cells.whole(cell, least=known.today.year - 100, most=known.today.year - 16, units="年|年生")


MOTHERS = Kind(
    name="mothers",
    title="妈妈",
    key="key",
    columns=(
        Column(name="key", names=(*_CODES, "妈妈编号", "妈妈编码"), **_CODE),
        Column(name="name", names=("姓名", "名字", "妈妈姓名"), **_words(100)),
        Column(
            name="phone",
            names=("手机", "手机号", "手机号码", "电话", "联系电话"),
            read=lambda cell, _known: cells.phone(cell),
            settle=_settled_phone,
        ),
        Column(name="community", names=_PLACES, **_COMMUNITY),
        Column(name="birth_year", names=("出生年", "出生年份"), read=_birth_year),
        Column(
            name="children",
            names=("孩子", "子女", "孩子出生年月", "子女出生年月", "孩子生日"),
            read=several.birth_months,
            **_SEVERAL,
        ),
        Column(name="skills", names=("技能", "手艺", "会做的活", "会什么"), **_some("skills")),
        Column(name="modes", names=("方式", "就业方式", "干活方式", "怎么干"), **_some("modes")),
        Column(name="sectors", names=("行业", "行当", "想做的行业", "想做的行当"), **_some("sectors")),
        Column(name="windows", names=_WEEKLY, **_HOURS),
        Column(
            name="max_distance_m",
            names=("最远距离", "最远", "距离", "多远"),
            read=lambda cell, _known: cells.metres(cell, most=1_000_000),
            write=cells.distance,
        ),
        Column(name="min_monthly_pay", names=("期望月薪", "期望收入", "期望月收入", "最低月收入", "想挣多少"), **_MONEY),
        Column(name="job_consent", names=("同意岗位通知", "岗位通知", "同意通知", "是否同意", "同意"), keep=True, **_YES),
        # For the survey at the door: the grid cell by its code within the community, and where she lives in it.
        Column(
            name="cell",
            names=("网格", "网格编码", "网格代码", "网格编号", "所属网格"),
            keep=True,
            extra=True,
            **{**_CODE, "required": False},
        ),
        Column(name="building", names=("楼号", "楼栋", "门牌", "楼号门牌", "住址", "地址"), keep=True, extra=True, **_words(100)),
    ),
)

CLASSES = Kind(
    name="classes",
    title="培训班",
    key="code",
    columns=(
        Column(name="code", names=(*_CODES, "班级编码", "培训班编码", "培训班代码", "培训班编号"), **_CODE),
        Column(name="title", names=("班名", "培训班", "培训班名称", "班级名称", "课程", "课程名称", "名称"), required=True, **_words(200)),
        Column(name="skill", names=("技能", "教什么", "学什么", "手艺"), required=True, **_one("skills")),
        Column(name="community", names=(*_PLACES, "上课社区"), **_COMMUNITY),
        Column(
            name="sessions",
            names=("上课时间", "课次", "开课时间", "时间", "日程"),
            required=True,
            read=lambda cell, _known: times.several(cell),
            settle=lambda found: [times.written(at) for at in sorted(found)],
            write=";".join,
        ),
        Column(name="capacity", names=("名额", "人数", "招生人数", "班额", "容量"), required=True, **_whole(1, 1_000, "人|名|个")),
        Column(
            name="leads_to",
            names=("对应岗位", "岗位", "岗位编码", "学完上岗", "学完能去的岗位"),
            read=lambda cell, _known: several.codes(cell),
            write=lambda found: cells.guard(";".join(found)),
            empty=(),
        ),
    ),
)

SUGGESTIONS = Kind(
    name="suggestions",
    title="建议",
    key="id",
    columns=(
        Column(name="id", names=(*_CODES, "序号", "建议编号", "建议编码"), **_CODE),
        Column(name="community", names=_PLACES, **_COMMUNITY),
        Column(name="text", names=("建议", "内容", "建议内容", "意见", "意见建议", "原话"), required=True, **_words(10_000)),
        Column(name="received_on", names=("日期", "收到日期", "收件日期", "提出日期"), **_DAY),
    ),
)

KINDS = {kind.name: kind for kind in (COMMUNITIES, ENTERPRISES, POSITIONS, CLASSES, MOTHERS, SUGGESTIONS)}
