"""Applications at the desk: several at once, on what was seen, each told."""

from __future__ import annotations

import re

from tests.support import towns
from tests.support.chat import Chat, Town
from tests.support.desk import Desk


def applicants(town: Town, *names: str) -> list[Chat]:
    post = towns.position(town.store, town.now, pay_basis="hour", pay_min_fen=3000, headcount=9)
    women = [town.invited(name, "mother") for name in names]
    for woman in women:
        woman.taps_choice(f"apply:{post}")
        if any("同意" in label for label in woman.labels()):
            woman.taps("同意")
    return women


def test_two_are_invited_on_two_days_and_told(town: Town) -> None:
    first, second = applicants(town, "a", "b")
    desk = Desk.of(town.invited("li", "coordinator")).opens("/desk").sees("报名等回复")
    desk.opens("/desk/applications?status=applied").sees("缝纫工", "等回复 2", "试工 11月25日（三）9:00")
    numbers = re.findall(r'name="what-(\d+)"', desk.html)
    slots = re.findall(r'<option value="(2026-11-2[56]T09[^"]+)"', desk.html)
    seen = {f"seen-{number}": re.search(rf'name="seen-{number}" value="([^"]+)"', desk.html)[1] for number in numbers}  # type: ignore[index]
    chosen = {f"what-{number}": slot for number, slot in zip(numbers, slots, strict=False)}
    desk.does("decide", **seen, **chosen).sees("办好了", "等回复 0", "约了试工 2")
    first.listens()
    first.hears("11月25日")
    second.listens()
    second.hears("11月26日")
    desk.opens("/desk/applications/trials").sees("2026-11-25", "2026-11-26", "9:00")
    # The same form once more decides on what is no longer so.
    desk.opens("/desk/applications").does("decide", **seen, **chosen).sees("有几个没办成")
    town.later(days=3)
    desk = Desk.of(town.invited("li", "coordinator")).opens("/desk").sees("试工等结果")
    desk.opens("/desk/applications?status=tried").does("decide", **{f"what-{numbers[0]}": "start", f"what-{numbers[1]}": "missed"})
    desk.sees("上岗了 1", "结束了 1")


def test_another_community_and_another_firm_see_nobody(town: Town) -> None:
    applicants(town, "a")
    with town.store.begin() as tx:
        tx.exec_driver_sql("INSERT INTO enterprise (code, name, licence, contact, share_percent) VALUES ('E2', '别厂', 'x', 'y', 10)")
    for chat in (town.invited("zhao", "coordinator", "YT02"), town.invited("boss", "employer", None, enterprise="E2")):
        desk = Desk.of(chat).opens("/desk/applications").sees("没有这样的报名", "等回复 0")
        desk.does("decide", **{"what-1": "no"}).sees("要有相应的身份")
    Desk.of(town.invited("li", "coordinator")).opens("/desk/applications").does("decide").sees("还没有选")


def test_a_time_that_is_none_is_asked_for_again(town: Town) -> None:
    applicants(town, "a")
    desk = Desk.of(town.invited("li", "coordinator")).opens("/desk/applications")
    for other in ("", "morgen", "2020-01-01T09:00"):
        desk.opens("/desk/applications").does("decide", **{"what-1": "other", "seen-1": "applied|", "other": other})
        assert desk.status == 422
