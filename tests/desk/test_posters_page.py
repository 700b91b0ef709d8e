"""What is printed: a post's card for a group chat and a grid worker's cards for doors, each with a code that leads here, of one's own place alone."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from bot.desk import share_card
from storage.people import persons
from storage.tables.work import cell
from tests.support import doors, towns
from tests.support.chat import Town
from tests.support.desk import Desk, person_of
from tests.support.requires import require_chinese_font


def test_a_post_is_a_card_with_its_pay_and_a_code(town: Town) -> None:
    post = towns.position(town.store, town.now, title="缝枕套", pay_basis="hour", pay_min_fen=3000)
    draft = towns.position(town.store, town.now, "P2", status="draft", published_at=None)
    li = Desk.of(town.invited("li", "coordinator")).opens(f"/desk/posts/{post}")
    assert f"/desk/posters/card/{post}" in li.links()
    li.opens(f"/desk/posters/card/{post}").sees("缝枕套", "暖阳服装厂", "每小时30元", "不收任何费用")
    assert "<path" in li.html
    assert li.opens(f"/desk/posters/card/{draft}").status == 404
    assert Desk.of(town.invited("zhao", "coordinator", "YT02")).opens(f"/desk/posters/card/{post}").status == 404


def test_a_card_is_a_picture_whose_code_leads_here_and_without_a_font_the_page_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    require_chinese_font()
    post = towns.position(town.store, town.now, title="缝枕套" * 20, pay_basis="hour", pay_min_fen=3000)
    li = Desk.of(town.invited("li", "coordinator")).opens(f"/desk/posters/card/{post}")
    assert f"/desk/posters/card/{post}/png" in li.links()
    li.opens(f"/desk/posters/card/{post}/png")
    card = Image.open(io.BytesIO(li.content))
    assert card.format == "PNG" and card.size == (share_card.WIDTH, share_card.HEIGHT) and len(li.content) < 200_000
    assert card.getpixel((5, 5)) == (6, 125, 64), "its head is green"
    head = card.crop((0, 0, share_card.WIDTH, share_card.HEAD)).convert("L")
    assert len(set(head.tobytes())) > 8, "with letters"
    face = share_card._face(share_card.font() or pytest.fail("no font"), 46)
    assert all(face.getlength(line) <= share_card.WIDTH for line in share_card.wrapped("家门口的活" * 40, face, 3))
    assert Desk.of(town.invited("zhao", "coordinator", "YT02")).opens(f"/desk/posters/card/{post}/png").status == 404
    monkeypatch.setattr(share_card, "font", lambda **_: None)
    li.opens(f"/desk/posters/card/{post}/png").sees("没有中文字体", "缝枕套")
    assert f"/desk/posters/card/{post}/png" not in li.links()


def test_a_cell_has_ten_cards_with_its_workers_name(town: Town) -> None:
    where = doors.cell(town.store)
    worker = town.invited("zhou", "grid_worker")
    with town.store.begin() as tx:
        persons.change(tx, person_of(worker), name="周网格")
        number = tx.execute(select(cell.c.id)).scalars().first()
    li = Desk.of(town.invited("li", "coordinator")).opens("/desk/posters")
    page = f"/desk/posters/cell/{number}"
    assert where.cell_id == number and page in li.links()
    assert li.opens(page).sees("周网格", "您不在家").html.count("<svg") == 10
    assert Desk.of(town.invited("zhao", "coordinator", "YT02")).opens(page).status == 404
    assert li.opens("/desk/posters/cell/999").status == 404
