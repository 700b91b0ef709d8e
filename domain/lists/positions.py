"""The list of posts: what firms offer, with hours, place and pay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Required, TypedDict

from domain.lists import cells, shapes
from domain.lists.column import Finding, Kind
from domain.lists.known import Known
from domain.lists.shapes import CODES
from domain.work.pay import PayBasis


class PositionRow(TypedDict, total=False):
    """A post; pay is in fen."""

    code: Required[str]
    enterprise: Required[str]
    title: Required[str]
    text: str
    sector: Required[str]
    mode: Required[str]
    skills: list[str]
    trains: bool
    community: Required[str]
    lat: float | None
    lon: float | None
    windows: str
    fixed: bool
    min_weekly_hours: int
    pay_basis: Required[PayBasis]
    pay_min: int | None
    pay_max: int | None
    headcount: Required[int]
    opens_on: date | None
    closes_on: date | None
    status: str


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


def _whole(row: PositionRow, _known: Known) -> Iterator[Finding]:
    low, high = row.get("pay_min"), row.get("pay_max")
    if low is not None and high is not None and low > high:
        yield "pay_max", f"最高 {cells.yuan(high)} 元比最低 {cells.yuan(low)} 元还少"
    opens, closes = row.get("opens_on"), row.get("closes_on")
    if opens is not None and closes is not None and opens > closes:
        yield "closes_on", f"截止 {closes} 在开始 {opens} 之前"
    if "lat" in row and "lon" in row and (row["lat"] is None) != (row["lon"] is None):
        yield ("lat" if row["lat"] is None else "lon"), "纬度和经度要么都写，要么都不写（不写就用社区的位置）"


POSITIONS: Kind[PositionRow] = Kind(
    name="positions",
    title="岗位",
    key="code",
    columns=(
        shapes.code("code", (*CODES, "岗位编码", "岗位代码", "岗位编号")),
        shapes.enterprise(("企业", "企业编码", "企业代码", "企业编号", "企业名称", "用工单位", "用工企业")),
        shapes.words("title", ("岗位名称", "岗位", "名称", "职位", "标题", "工种"), 200, required=True),
        shapes.words("text", ("说明", "岗位说明", "描述", "岗位描述", "内容", "招工内容", "工作内容"), 10_000, empty=""),
        shapes.one_of("sectors", "sector", ("行业", "行当", "行业类别")),
        shapes.one_of("modes", "mode", ("方式", "用工方式", "就业方式", "干活方式", "模式")),
        shapes.some_of("skills", ("技能", "技能要求", "手艺")),
        shapes.yes("trains", ("培训", "带教", "包教", "是否培训", "可培训", "教不教"), empty=False),
        shapes.community(),
        shapes.latitude(),
        shapes.longitude(),
        shapes.hours("windows"),
        shapes.yes("fixed", ("固定时间", "时间固定", "固定", "是否固定"), empty=False),
        shapes.whole_number(
            "min_weekly_hours",
            ("每周最少小时", "每周至少小时", "每周小时", "每周最少工时", "每周工时"),
            (0, 168),
            "小时|个小时",
            empty=0,
        ),
        shapes.word_of(_BASIS, "pay_basis", ("计薪方式", "计酬方式", "工资方式", "结算方式"), required=True),
        shapes.money("pay_min", ("最低工资", "最低报酬", "工资下限", "薪资下限", "报酬下限")),
        shapes.money("pay_max", ("最高工资", "最高报酬", "工资上限", "薪资上限", "报酬上限")),
        shapes.whole_number("headcount", ("人数", "招聘人数", "招工人数", "需要人数", "名额"), (1, 10_000), "人|名|个", required=True),
        shapes.day("opens_on", ("开始日期", "起始日期", "开始时间", "开放日期")),
        shapes.day("closes_on", ("截止日期", "结束日期", "截止时间")),
        shapes.word_of(_STATUS, "status", ("状态", "岗位状态"), empty="draft", keep=True),
    ),
    check=_whole,
)
