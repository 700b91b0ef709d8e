"""A case of mediation, brought by taps and words to whatever state a test needs."""

from __future__ import annotations

from datetime import timedelta

from domain.capabilities import WEB
from storage.mediation import cases
from storage.mediation.cases import Case
from storage.people import persons
from storage.tables.mediation import dispute_case
from tests.support.chat import Chat, Town

QUARREL = "邻居半夜打麻将吵得孩子睡不着，说了好几次都不听"


def who(town: Town, chat: Chat) -> int:
    with town.store.read() as tx:
        found = persons.find(tx, WEB.channel, chat.address)
    assert found is not None
    return found.person_id


def tell(
    town: Town, name: str = "m", *, words: str = QUARREL, with_whom: str = "邻居", contact: str = "只在这里说", named: bool = True
) -> Chat:
    """She tells a dispute and hands it to a mediator."""
    mother = town.person(name)
    mother.says("调解").says(words).taps(with_whom).taps("几个月了").says("晚上十点以后别打了").says("海风1社区").taps(contact)
    if contact == "给我打电话":
        mother.says("13812345678").says("上午十点后")
    mother.taps("留名字").says("王小雨") if named else mother.taps("先不留")
    return mother.taps("交给调解员").taps("提交")


def last(town: Town) -> Case:
    """The newest case."""
    with town.store.read() as tx:
        number = tx.execute(dispute_case.select().order_by(dispute_case.c.id.desc())).scalars().first()
        assert number is not None
        found = cases.get(tx, int(number))
    assert found is not None
    return found


def taken(town: Town, mediator: Chat) -> Case:
    """The mediator takes what she was asked for."""
    row = last(town)
    mediator.taps_choice(f"case:{row.id}:take")
    return last(town)


def accepted(town: Town, mediator: Chat) -> Case:
    """It has a number, and she keeps it."""
    row = taken(town, mediator)
    mediator.taps_choice(f"case:{row.id}:accept")
    mediator.taps_choice(f"case:{row.id}:keep")
    return last(town)


def consented(town: Town, mediator: Chat, *, sides: str = "ab") -> Case:
    """The mediator told rights and duties, asked the sides, and wrote their words down."""
    row = accepted(town, mediator)
    for side in sides:
        mediator.taps_choice(f"case:{row.id}:rights:{side}")
        mediator.taps_choice(f"case:{row.id}:consent:{side}")
        mediator.taps("愿意调解").says(f"当面问的，{side}方说愿意谈")
    return last(town)


def joins(town: Town, mediator: Chat, side: str = "b", name: str = "other") -> Chat:
    """A side comes with the code that was read out to it."""
    row = last(town)
    mediator.taps_choice(f"case:{row.id}:code:{side}")
    code = mediator.text.split("/start ")[1][:10]
    return town.person(name).says(f"/start {code}")


def agreed(town: Town, mediator: Chat, *, oral: bool = False, promise: str = "") -> Case:
    """They settle it, and all is signed."""
    row = consented(town, mediator)
    mediator.taps_choice(f"case:{row.id}:agree")
    mediator.taps("口头" if oral else "书面").says("半夜打麻将影响休息").says("晚上十点以后不打").says("各自遵守，当天起")
    if promise:
        mediator.taps("有").says("赔偿300元").says(promise).taps("没有")
    else:
        mediator.taps("没有")
    mediator.taps("3").taps("提交")
    for signature in ("signed_a", "signed_b", "mediator", *(() if oral else ("seal",))):
        mediator.taps_choice(f"case:{row.id}:sign:{signature}")
    return last(town)


def visited(town: Town, mediator: Chat, day: int, *, kept: bool = True, risk: bool = False) -> Case:
    """A return visit."""
    row = last(town)
    mediator.taps_choice(f"case:{row.id}").taps(f"第{day}天回访")
    answers = ("是" if kept else "否", "是", "否", "是" if risk else "否")
    for answer in answers:
        mediator.taps(answer)
    mediator.says("都按说好的办").taps("提交")
    return last(town)


DAY = timedelta(days=1)
