"""Commands about the town: the demo, invitations, and who fits where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from bot.config import read
from bot.setup import open_store
from storage import people, roles
from storage.database import Store


def fill(file: Path | None, *, mothers: int, positions: int, seed: int) -> None:
    """Fill an empty store with a synthetic town."""
    from bot import demo as towns

    towns.fill(open_store(read(file)), mothers=mothers, positions=positions, seed=seed, now=datetime.now(UTC))


def invite(file: Path | None, role: str, *, community: str | None, hours: float) -> tuple[str, str]:
    """A new single-use code and its link."""
    settings = read(file)
    now = datetime.now(UTC)
    code = invitation(open_store(settings), role, community=community, expires_at=now + timedelta(hours=hours), now=now)
    return code, f"{settings.public_url}/?start={code}"


def invitation(store: Store, role: str, *, community: str | None, expires_at: datetime, now: datetime) -> str:
    """Make a single-use code. Raises ValueError for an unknown community, or where a role needs one."""
    with store.begin() as tx:
        known = {row["code"]: row["id"] for row in people.communities(tx)}
        if community is not None and community not in known:
            raise ValueError(f"没有代码是 {community} 的社区；有的是 {'、'.join(known) or '（还没有社区）'}")
        if community is None and role not in ("federation", "employer"):
            raise ValueError(f"{role} 要写 --community 社区代码")
        return roles.invite(tx, role, community_id=known.get(community or ""), expires_at=expires_at, now=now)


def match(file: Path | None, *, mother: str | None, position: str | None, all_: bool, top: int | None) -> Iterator[str]:
    """Lines of `motherpost match`."""
    from bot.commands import match as matching

    settings = read(file)
    store = open_store(settings)
    for row in matching.run(
        store, mother=mother, position=position, all_=all_, top=top, weights=settings.matching.weights, now=datetime.now(UTC)
    ):
        yield orjson.dumps(row).decode()
