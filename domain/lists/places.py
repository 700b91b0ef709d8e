"""The lists of communities and of enterprises."""

from __future__ import annotations

from typing import TypedDict

from domain.lists import shapes
from domain.lists.column import Kind
from domain.lists.shapes import CODES


class CommunityRow(TypedDict):
    """A community and its place in degrees."""

    code: str
    name: str
    lat: float
    lon: float


class EnterpriseRow(TypedDict, total=False):
    """A firm, and the part of its revenue that goes to the fund."""

    code: str
    name: str
    licence: str
    contact: str
    phone: str | None
    share_percent: int


COMMUNITIES: Kind[CommunityRow] = Kind(
    name="communities",
    title="社区",
    key="code",
    columns=(
        shapes.code("code", (*CODES, "社区编码", "社区代码", "社区编号")),
        shapes.words("name", ("名称", "社区", "社区名称", "社区名"), 200, required=True),
        shapes.latitude(required=True),
        shapes.longitude(required=True),
    ),
)

ENTERPRISES: Kind[EnterpriseRow] = Kind(
    name="enterprises",
    title="企业",
    key="code",
    columns=(
        shapes.code("code", (*CODES, "企业编码", "企业代码", "企业编号")),
        shapes.words("name", ("名称", "企业", "企业名称", "单位名称", "公司名称"), 200, required=True),
        shapes.code("licence", ("license", "营业执照", "营业执照号", "执照", "统一社会信用代码", "信用代码")),
        shapes.words("contact", ("联系人", "负责人"), 100, empty=""),
        shapes.phone("phone", ("电话", "联系电话", "手机", "手机号"), landline=True),
        shapes.whole_number("share_percent", ("返还比例", "分成比例", "比例", "分成"), (5, 15), "%", required=True),
    ),
)
