"""What the tests of the council share: women of one community, their coordinator, and a suggestion in any state."""

from __future__ import annotations

from storage.council import suggestions
from storage.council.suggestions import Suggestion
from storage.tables import council
from tests.handlers.work.test_work import registered
from tests.support.chat import Chat, Town

LAMP = "3号楼门口路灯坏了半个月，晚上黑"


def women(town: Town, *names: str) -> list[Chat]:
    return [registered(town, name) for name in names]


def said(town: Town, chat: Chat, words: str = LAMP) -> int:
    """She puts it into the box; its number."""
    chat.says(f"意见箱：{words}").hears("存好了")
    return newest(town)


def newest(town: Town) -> int:
    with town.store.read() as tx:
        return int(tx.execute(council.suggestion.select().order_by(council.suggestion.c.id.desc())).first().id)  # type: ignore[union-attr]


def row(town: Town, number: int) -> Suggestion:
    with town.store.read() as tx:
        found = suggestions.get(tx, number)
    assert found is not None
    return found


def people(town: Town, number: int) -> frozenset[int]:
    with town.store.read() as tx:
        return suggestions.behind(tx, number).people


def next_days(town: Town, chats: list[Chat], days: int = 1) -> dict[str, str]:
    """Days go by; all that each heard meanwhile."""
    heard: dict[str, str] = {chat.address: "" for chat in chats}
    for _ in range(days):
        town.later(days=1)
        town.tick()
        for chat in chats:
            chat.listens()
            heard[chat.address] += "\n" + chat.text + "\n" + "\n".join(chat.labels())
    return heard


def decided(chat: Chat, number: int, *taps: str) -> None:
    """The coordinator takes it so far: each is a button, and what needs words gets them."""
    chat.taps_choice(f"suggestion:{number}")
    for tap in taps:
        chat.taps(tap)
        match tap:
            case "不同意" | "难办，多几天" | "不公开":
                chat.says("已经排进下个月的计划")
            case "安排人办":
                chat.says("物业李师傅").taps("明天").taps("提交")
            case "办好了":
                chat.says("换了新灯泡").taps("没有照片").taps("没花钱").taps("提交")
            case _:
                pass
