"""What fits a mother is shown with its reasons, what is filled is not, and made-up buttons do nothing."""

from __future__ import annotations

from storage.work import places
from tests.support import towns
from tests.support.chat import Chat, Town


def registered(town: Town, name: str = "mother", *, community: str = "海风1社区") -> Chat:
    """A mother who filled the intake form with the least that it takes."""
    chat = town.person(name)
    chat.says("登记").says("1 2 3").says(community).taps("没有孩子").taps("都还不会").says("跳过").says("跳过").says("跳过").says(
        "跳过"
    ).says("跳过")
    return chat.taps("提交").hears("登记好了")


def test_a_mother_sees_what_fits_with_the_reasons(town: Town) -> None:
    towns.position(town.store, town.now)
    registered(town).hears("缝纫工", "海风1社区", "就在您社区", "按件计酬", "每件2元", "我想去")


def test_a_filled_post_is_not_shown(town: Town) -> None:
    row = towns.position(town.store, town.now, headcount=1)
    mother = registered(town).hears("缝纫工")
    with town.store.begin() as tx:
        assert places.take_place(tx, row)
    mother.says("找活干").hears("眼下没有正好合适的岗位")


def test_made_up_buttons_do_nothing(town: Town) -> None:
    mother = registered(town)
    for choice in (
        "go:",
        "apply:999999",
        "go:-1",
        "apply:1e9",
        "apply:1:yes",
        "apply:x:no",
        "mine:1:out",
        "mine:x:leave",
        "mine:1:nonsense",
        "mine:",
        "applicant:1:see",
        "applicant:x:more",
        "applicant:99999999999999999999:yes",
        "applicant:1:yes",
        "applicant:x:yes",
        "publish:1",
        "menu:nonsense",
        "zzz",
        "",
        "f:1:1:x:y",
        "f:999:1:a:b",
        "safety:1:call",
    ):
        mother.taps_choice(choice)
        assert mother.fresh, choice
        assert "出了点问题" not in mother.text, choice
