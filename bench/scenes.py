"""What the benchmarks of the spine have in common: a store with a town, mothers who fill in a form, and how figures are printed."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot import demo
from domain.messages import Inbound
from storage import sealed
from storage.database import Store, migrate

# A mother begins the form and goes back and forth in it. Not more: the loop guard would rightly stop us.
TALK = ("登记", "1 2 3", "银杏湾", *("跳过", "返回") * 9)


# What our form says at that step, so that the peers say no less.
QUESTION = "您会做哪些活？都可以选。\n不会也没关系，好多活现教现学。"
LABELS = (
    "缝纫",
    "钩针编织",
    "手工",
    "刺绣",
    "包装分拣",
    "做饭",
    "保洁",
    "照护",
    "客服",
    "电脑录入",
    "直播",
    "都还不会",
    "⬅ 返回",
    "修改",
    "稍后再说",
    "取消",
)


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder that is gone afterwards, on the disk that the machine uses for temporary files."""
    with tempfile.TemporaryDirectory(prefix="motherpost-bench-") as name:
        yield Path(name)


def store(where: Path, *, mothers: int = 5000, positions: int = 3200) -> Store:
    """A filled store with its keys, in `where`."""
    sealed.use_keys(sealed.keys_from("", where))
    found = Store(f"sqlite:///{where}/motherpost.db")
    migrate(found)
    demo.fill(found, mothers=mothers, positions=positions, now=datetime.now(UTC))
    return found


def talks(chats: int, now: datetime, *, channel: str = "telegram") -> list[Inbound]:
    """So many mothers at once, each with her whole talk; the n-th words of all come before the next words of any."""
    return [
        Inbound(
            channel=channel,
            event_id=f"{step}-{chat}",
            sender=str(chat + 1),
            kind="command" if words.startswith("/") else "text",
            text=words.removeprefix("/"),
            sent_at=now,
        )
        for step, words in enumerate(TALK)
        for chat in range(chats)
    ]


def show(what: str, ours: float, unit: str, *peers: tuple[str, float], wanted: str = "", less_is_better: bool = False) -> None:
    """One line: ours, each peer, and how many times better ours is."""
    parts = [f"{what}: {ours:,.6g} {unit}"]
    for name, figure in peers:
        ratio = (figure / ours if less_is_better else ours / figure) if figure and ours else float("nan")
        parts.append(f"{name} {figure:,.6g} ({ratio:.2f}x)")
    print(" | ".join(parts) + (f"   [wanted: {wanted}]" if wanted else ""), flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share (0..1) of all lies."""
    return statistics.quantiles(values, n=1000)[min(998, round(share * 1000) - 1)] if len(values) > 1 else values[0]
