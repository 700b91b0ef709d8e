from __future__ import annotations

import pytest

from domain.reading import read


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("会包饺子也会擦玻璃，有合适的活吗", ["cleaning", "cooking"]),
        ("裁剪锁边我都会，想找个活", ["sewing"]),
        ("會鉤針、會串珠，想找活", ["beading", "knitting"]),
        ("有C1驾照，找个活干", ["driving"]),
        ("有育婴证，找活", ["childcare"]),
        ("不会电脑，找活干", []),
        ("俺妈会剪纸，俺想找活", []),
        ("以前在饭店干过帮厨，现在找活", []),
        ("以前干过客服，现在还干着，找活", ["customer_service"]),
        ("要会开车吗这个活", []),
        ("以前炒菜很拿手，想找活", ["cooking"]),
        ("得回家做饭，下午不行，上午有活吗", []),
        ("有绣花的活吗，我会", ["embroidery"]),
        ("我宝洁干得好，有活叫我", ["cleaning"]),
    ],
)
def test_a_skill_is_what_she_herself_can_do_now(text: str, skills: list[str]) -> None:
    assert read(text).get("skills", []) == skills


@pytest.mark.parametrize(
    ("text", "learn"),
    [
        ("想学面点和烘焙", ["cooking"]),
        ("剪辑、直播都想学", ["livestream", "video_editing"]),
        ("啥时候开缝纫班", ["sewing"]),
        ("不想学保洁，想学电脑", ["computer"]),
        ("我会织毛衣，还想学刺绣", ["embroidery"]),
        ("有没有教剪纸的，我想学", ["paper_cutting"]),
        ("电脑我用不来，想学", ["computer"]),
        ("学过串珠，想找活", []),
    ],
)
def test_what_she_wants_to_learn_is_no_skill(text: str, learn: list[str]) -> None:
    result = read(text)
    assert result.get("learn", []) == learn
    assert not set(result.get("skills", ())) & set(learn)


@pytest.mark.parametrize(
    ("text", "sectors"),
    [
        ("我会织毛衣，想找个活", []),
        ("想找织毛衣的活", ["handcraft"]),
        ("想去服装厂踩机器", ["garment"]),
        ("食品厂还招包装的不", ["food_packing"]),
        ("保洁月嫂都行", ["domestic"]),
        ("不想干保洁，想干客服", ["ecommerce"]),
        ("我只会贴标签，有这种活吗", ["packing"]),
        ("以前在服装厂干过，现在找活", []),
        ("手工活还有没有", ["handcraft"]),
    ],
)
def test_a_sector_is_work_that_she_wants_and_a_skill_alone_is_none(text: str, sectors: list[str]) -> None:
    assert read(text).get("sectors", []) == sectors


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("想找上下班自由的活", ["flexible"]),
        ("有能领回家做的活吗", ["take_home"]),
        ("想在家干活", ["take_home"]),
        ("在家串珠的活有吗", ["take_home"]),
        ("想在家做直播", ["new_form"]),
        ("找个网上兼职", ["new_form"]),
        ("在家做点网上的活", ["new_form"]),
        ("时间灵活能带回家的活", ["take_home"]),
        ("时间灵活的或者能带回家的活都行", ["flexible", "take_home"]),
        ("要时间灵活能带回家做的，编织的活、串珠的活都行", ["take_home"]),
        ("我不想在家干活，想出去上班", []),
        ("在家带孩子，想找个活", []),
    ],
)
def test_how_she_wants_to_work(text: str, modes: list[str]) -> None:
    assert read(text).get("modes", []) == modes


def test_a_class_proposed_is_learnt_only_where_she_wants_to_learn() -> None:
    assert "learn" not in read("建议工坊开个烘焙班")
    assert read("建议工坊开个烘焙班，俺也想学")["learn"] == ["cooking"]


@pytest.mark.parametrize(
    ("text", "key", "codes"),
    [
        ("给人刷碗拖地的，哪儿招", "sectors", ["domestic"]),
        ("找个做保洁做饭的事我都能干", "skills", ["cleaning", "cooking"]),
        ("我轧衣服行，还缺人不", "skills", ["sewing"]),
        ("海边捡了一桶海带", "sectors", None),
        ("想找能在炕上粘绢花的活", "sectors", ["handcraft"]),
        ("早上送娃，中午做饭，下午有空找个活", "sectors", None),
        ("仓库里装箱的活有吗", "sectors", ["packing"]),
    ],
)
def test_the_words_around_an_activity_tell_work_from_skill(text: str, key: str, codes: list[str] | None) -> None:
    found = dict(read(text)).get(key, [])
    assert isinstance(found, list) and sorted(found) == (codes or [])
