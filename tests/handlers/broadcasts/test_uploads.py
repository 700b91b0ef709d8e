"""A picture that staff send is kept under a number and answers the question that asks for one; of others it is nothing the bot can read."""

from __future__ import annotations

import re

import pytest

from domain.capabilities import TELEGRAM
from domain.messages import Inbound
from domain.staff.invitations import qr
from storage.broadcasts import pictures
from storage.people import persons
from tests.handlers.work.test_work import registered
from tests.support.chat import Chat, Town

PNG = qr("https://example.org")


def sends(chat: Chat, content: bytes) -> Chat:
    return chat.sends(Inbound(**chat._event(None), kind="image", picture=content))  # type: ignore[arg-type]


def count(town: Town) -> int:
    with town.store.read() as tx:
        return int(tx.exec_driver_sql("SELECT count(*) FROM picture").scalar_one())


def test_a_workers_picture_is_kept_and_shown_with_its_number(town: Town) -> None:
    worker = town.invited("worker", "grid_worker").says("发图片").hears("选图片")
    assert "upload" in [b.choice for said in worker.fresh for b in said.choices()]
    sends(worker, PNG).hears("图片收好了")
    [said] = worker.fresh
    with town.store.read() as tx:
        found = persons.find(tx, "web", "worker")
        assert found is not None
        assert pictures.get(tx, said.picture) == ("image/png", PNG)
        assert re.search(rf"^{re.escape(said.picture)}$", said.text, re.MULTILINE)


@pytest.mark.parametrize(("sent", "answer"), [(b"<html>", "不是能发的图片"), (PNG + b"0" * pictures.MOST, "太大了")])
def test_what_is_no_picture_or_too_large_is_refused_in_words(town: Town, sent: bytes, answer: str) -> None:
    sends(town.invited("worker", "grid_worker"), sent).hears(answer)
    assert count(town) == 0


@pytest.mark.parametrize("role", ["mother", "mediator"])
def test_nobody_elses_picture_is_kept(town: Town, role: str) -> None:
    chat = town.invited("x", role)
    sends(chat, PNG).hears("只认得字和按钮")
    chat.says("发图片").hears("要有相应的身份")
    assert count(town) == 0


def test_elsewhere_than_on_our_page_she_is_told_where_it_works(town: Town) -> None:
    from bot.commands.town import invitation

    code = invitation(town.store, "coordinator", community="YT01", expires_at=town.now.replace(year=2027), now=town.now)
    town.person("t", TELEGRAM).says(f"/start {code}").says("发图片").hears("请在网页版里发")


def test_in_the_form_of_a_notice_it_answers_the_question_for_a_picture(town: Town) -> None:
    registered(town)
    coordinator = town.invited("coordinator", "coordinator")
    coordinator.taps_choice("broadcast_write").says("周六停水，请提前接水。").taps("不带网址").taps("不放按钮").taps("我管的都发")
    while "✅ 提交" not in coordinator.labels():
        [*_, last] = [label for label in coordinator.labels() if not label.startswith(("⬅", "修改", "稍后", "取消"))]
        coordinator.taps(last)
    coordinator.taps("图片编号").hears("配图")
    sends(coordinator, PNG)
    with town.store.read() as tx:
        key = str(tx.exec_driver_sql("SELECT key FROM picture").scalar_one())
    coordinator.hears(key, "提交").taps("提交")
    assert key in {said.picture for said in coordinator.fresh}, "the notice is shown as others will see it"
