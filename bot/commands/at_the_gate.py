"""Published posts of a list at the gate of publishing: which come in as drafts, which come back, and what the office is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.commands.returned import Rejected
from domain.lists import Wrong
from domain.lists.positions import PositionRow
from storage.database import Store
from storage.work import posts, reviews

if TYPE_CHECKING:
    from handlers.content import Content


@dataclass(slots=True)
class Gate:
    """What became of a list's published posts."""

    content: Callable[[], Content]
    # One line each, with the row as staff find it.
    drafts: list[str] = field(default_factory=list)
    # Piece work that says neither what an hour brings nor how many pieces one makes: published as it stands.
    unjudged: int = 0

    def lines(self, shown: int) -> Iterator[str]:
        """What the office reads of it."""
        yield from self.drafts[:shown]
        if len(self.drafts) > shown:
            yield f"……还有 {len(self.drafts) - shown} 行存成了草稿"
        if self.drafts:
            yield "改好再导入就会发布；确实没问题的，在聊天的“待发布岗位”里请另一位同事看过再发"
        if self.unjudged:
            yield f"{self.unjudged} 个计件岗位没写一小时能挣多少、能做几件，没法跟最低工资比，照表里写的发布了。请问清楚企业，补进说明"


def let_through(store: Store, gate: Gate, rows: Sequence[tuple[Rejected, PositionRow]], *, now: datetime) -> dict[str, Rejected]:
    """Look at each row that says published: what leaves a question is made a draft, where nobody has published it before; what comes back, by code."""
    from handlers.work import listed

    back: dict[str, Rejected] = {}
    with store.read() as tx:
        before = posts.by_code(tx, [row["code"] for _, row in rows])
        said = {code: reviews.of_post(tx, post.id) for code, post in before.items() if post.published_at is None}
    for place, row in rows:
        code, post = row["code"], before.get(row["code"])
        judged = listed.judge(row, post, said.get(code), now=now)
        if judged.past is not None:
            why = f"截止 {judged.past} 已经过了，没有发布。还招人请改日期，不招了请把状态写成“已结束”"
            back[code] = _wrong(place, why, "closes_on")
        elif judged.forbidden:
            quotes = "、".join(f"“{quote}”" for quote in judged.forbidden)
            back[code] = _wrong(place, f"有不合规的内容：{quotes}；请企业改了再发布")
        elif judged.waits:
            why = listed.explained(gate.content(), judged, now=now)
            if post is not None and post.published_at is not None:
                back[code] = _wrong(place, f"这个岗位已经发布了，这样改要先请人看，原来的没动：{why}")
            else:
                row["status"] = "draft"
                gate.drafts.append(f"{place.where()}：先存成草稿，没有发布：{why}")
        else:
            gate.unjudged += judged.unjudged
    return back


def _wrong(place: Rejected, why: str, column: str = "text") -> Rejected:
    return place._replace(wrong=[Wrong(place.part.header.written(column), why)])
