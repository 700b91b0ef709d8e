"""The list of paper cases of the past, each ended; what was said in them is stored sealed and leaves in no export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Required, TypedDict

from domain.lists import shapes
from domain.lists.column import Finding, Kind
from domain.lists.known import Known
from domain.lists.shapes import CODES


class CaseRow(TypedDict, total=False):
    """A case that ended on paper, by the office's number."""

    code: Required[str]
    community: Required[str]
    case_kind: Required[str]
    reported_on: Required[date]
    accepted_on: date | None
    case_number: int | None
    ended_on: Required[date]
    result: Required[str]
    mediator: str | None
    complainant: str
    complainant_phone: str
    respondent: str
    account: str
    terms: str


# What became of it. An agreement was written or oral, and kept for a statistic as one.
RESULTS = {
    "agreed": ("达成书面协议", "达成协议", "调解成功", "成功", "调成", "书面协议"),
    "oral": ("达成口头协议", "口头协议", "口头"),
    "failed": ("没有调成", "未达成协议", "调解不成", "不成", "失败", "调解失败"),
    "withdrawn": ("当事人撤回", "撤回", "撤销", "终止"),
    "refused": ("没有受理", "不予受理", "不受理"),
}


def _whole(row: CaseRow, known: Known) -> Iterator[Finding]:
    reported, ended, accepted = row["reported_on"], row["ended_on"], row.get("accepted_on")
    if ended > known.today:
        yield "ended_on", "比今天晚；还没办完的请在聊天里报，不要从名单进来"
    if ended < reported:
        yield "ended_on", f"结案 {ended} 在登记 {reported} 之前"
    if accepted is not None and not reported <= accepted <= ended:
        yield "accepted_on", f"受理 {accepted} 不在登记 {reported} 和结案 {ended} 之间"
    if row["result"] == "refused" and (accepted is not None or row.get("case_number") is not None):
        yield "result", "没有受理的没有受理日期，也没有案号"
    if row.get("case_number") is not None and accepted is None:
        yield "case_number", "有案号的要有受理日期：案号按受理的年份编"
    if row.get("terms") and row["result"] not in ("agreed", "oral"):
        yield "terms", "只有达成协议的才有协议内容"


CASES: Kind[CaseRow] = Kind(
    name="cases",
    title="调解案件",
    key="code",
    columns=(
        shapes.code("code", (*CODES, "案件编号", "案件编码", "序号", "档案号")),
        shapes.community(),
        shapes.one_of("case_kinds", "case_kind", ("纠纷类型", "类型", "纠纷类别", "案由", "案件类型")),
        shapes.day("reported_on", ("登记日期", "申请日期", "报案日期", "来访日期", "日期"), required=True),
        shapes.day("accepted_on", ("受理日期", "受理时间", "立案日期")),
        shapes.whole_number("case_number", ("案号", "字号", "卷号", "卷宗号"), (1, 99_999), "号"),
        shapes.day("ended_on", ("结案日期", "办结日期", "结案时间", "办结时间"), required=True),
        shapes.word_of(RESULTS, "result", ("结果", "调解结果", "办理结果", "处理结果"), required=True),
        shapes.code("mediator", ("调解员编号", "调解员", "调解员编码"), required=False),
        shapes.words("complainant", ("申请人", "申请人姓名", "甲方", "当事人甲"), 200, empty="", extra=True, keep=True),
        shapes.words("complainant_phone", ("申请人电话", "申请人手机", "甲方电话"), 40, empty="", extra=True, keep=True),
        shapes.words("respondent", ("被申请人", "被申请人姓名", "乙方", "当事人乙"), 200, empty="", extra=True, keep=True),
        shapes.words("account", ("纠纷情况", "纠纷事实", "纠纷经过", "案情", "简要案情"), 10_000, empty="", extra=True, keep=True),
        shapes.words("terms", ("协议内容", "调解协议", "协议"), 10_000, empty="", extra=True, keep=True),
    ),
    check=_whole,
)
