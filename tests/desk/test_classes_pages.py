"""Classes at the desk: the code on the wall, the roll ticked for all at once, everybody assessed at once, certificates."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from docx import Document

from bot import case_files
from domain.training import certificates
from storage.desk import sessions as seats
from storage.people import persons
from storage.tables.training import ClassSession, Enrolment, TrainingClass
from storage.training import attendance
from tests.support.chat import Town
from tests.support.desk import Desk, person_of
from tests.support.rows import put


def sewing_class(town: Town, *women: str) -> tuple[int, int, list[int]]:
    """A class with one session that begins now; the women who are in it."""
    people = [person_of(town.invited(name, "mother")) for name in women]
    with town.store.begin() as tx:
        for number, name in zip(people, women, strict=True):
            persons.change(tx, number, name=f"王{name}")
        here = persons.communities(tx)[0].id
        taught = put(tx, TrainingClass, town.now, code="C1", title="缝纫班", skill="sewing", community_id=here, capacity=9)
        session = put(tx, ClassSession, town.now, class_id=taught, starts_at=town.now)
        for number in people:
            put(tx, Enrolment, town.now, class_id=taught, person_id=number)
    return taught, session, people


@pytest.fixture
def li(town: Town) -> Desk:
    return Desk.of(town.invited("li", "coordinator"))


def test_the_code_on_the_wall_counts_and_keeps_nobody_signed_in(town: Town, li: Desk) -> None:
    taught, session, _ = sewing_class(town, "甲")
    li.opens(f"/desk/classes/{taught}").sees("大屏签到码")
    town.later(minutes=5)
    li.opens(f"/desk/classes/sessions/{session}/code").sees("缝纫班", "0 位签到了")
    shown = re.search(r'class="digits"[^>]*>(\d{3}) (\d{3})<', li.html)
    assert shown
    assert certificates.holds(attendance.code_key(session), shown[1] + shown[2], town.now)
    with town.store.read() as tx:
        assert seats.of_token(tx, li.client.cookies["desk"]).seen_at < town.now - timedelta(minutes=4)  # type: ignore[union-attr]
    town.later(hours=5)
    assert li.opens(f"/desk/classes/sessions/{session}/code").address.startswith("/desk/locked")


def test_the_roll_is_ticked_for_all_at_once_and_all_are_assessed_at_once(town: Town, li: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    taught, session, people = sewing_class(town, "甲", "乙", "丙")
    roll = f"/desk/classes/sessions/{session}/roll"
    li.opens(roll).sees("王甲", "王乙").does("tick", came=[str(one) for one in people]).sees("存好了")
    li.does("tick", at=roll, came=[str(one) for one in people[:2]])
    li.opens(f"/desk/classes/{taught}").sees("照选的定", "1 / 1", "0 / 1")
    assert len(re.findall(r'value="passed" selected', li.html)) == 2
    assert li.does("assess").status == 422
    verdicts = re.findall(r'name="(verdict-\d+)"', li.html)
    li.opens(f"/desk/classes/{taught}").does("assess", **dict(zip(verdicts, ("passed", "passed", "failed"), strict=True)))
    li.sees("定好了", "证书", "没通过")
    woman = town.person("甲")
    woman.listens()
    woman.hears("缝纫班")
    monkeypatch.setattr(case_files, "installed", lambda: False)
    li.opens(f"/desk/classes/{taught}/certificates")
    words = "".join(one.text for one in Document(io.BytesIO(li.content)).paragraphs)
    assert words.count("结业证书") == 2
    assert "王甲" in words
    assert "王丙" not in words


def test_a_class_of_another_place_is_nowhere(town: Town) -> None:
    taught, session, people = sewing_class(town, "甲")
    zhao = Desk.of(town.invited("zhao", "coordinator", "YT02")).opens("/desk/classes").sees_not("缝纫班")
    for address in (
        f"classes/{taught}",
        f"classes/{taught}/certificates",
        f"classes/sessions/{session}/code",
        f"classes/sessions/{session}/roll",
    ):
        assert zhao.opens(f"/desk/{address}").status == 404
    zhao.opens("/desk/classes").does("tick", at=f"/desk/classes/sessions/{session}/roll", came=str(people[0])).sees_not("王甲")
    with town.store.read() as tx:
        assert not attendance.roll(tx, taught, session_id=session)[0].came


def test_a_class_is_cancelled_and_who_was_in_it_is_told(town: Town, li: Desk) -> None:
    taught, _, _ = sewing_class(town, "甲")
    with town.store.begin() as tx:
        put(tx, ClassSession, town.now, class_id=taught, starts_at=town.now + timedelta(days=3))
    li.opens(f"/desk/classes/{taught}").does("cancel").sees("取消了")
    woman = town.person("甲")
    woman.listens()
    woman.hears("缝纫班")
