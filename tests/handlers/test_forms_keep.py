"""No form traps her: a matter of another kind is dealt with whatever question is open, and the form stays as it was; and few words suffice."""

from __future__ import annotations

from collections.abc import Iterator

from storage import conversations
from storage.people import persons
from tests.support import towns
from tests.support.chat import Chat, Town

# What she says, and a piece of what is to be heard (or another); each is of another kind than any question of her own forms.
MATTERS = {
    "工钱没发": "要不要我转给",
    "我婆婆老骂我": "调解",
    "帮我把资料删了": "没有存您的资料",
    "你是真人吗": "真人",
    "会不会泄露我电话": "电话",
    "要交钱吗": "不收",
    "这是政府的吗": "妇联",
    "我不想填表": "不想填",
    "晚上别发": "不打扰",
    "改成一天一条": "每天最多",
    "楼下路灯坏了能不能修修": "意见|哪个社区的事",
    "转人工": "转给社区",
    "我的事": "事",
    "我的消息": "消息",
    "哪个公司开发的": "市妇联",
    "群里说先交300押金，这招聘能信吗": "押金",
    "我的岗位": "岗位",
    "有什么班": "班",
    "怎么退订": "退订",
    "你们是骗子吗": "妇联",
}
PAIRS = 200
# Messages of hers from one dictated sentence to the application.
AT_MOST = 6


def steps(chat: Chat, number: int) -> Chat:
    """At the question of this number of the intake form."""
    chat.says("登记").says("1 2 3")
    for said in ("海风1社区", "没有孩子", "会缝纫", "跳过", "跳过", "跳过", "跳过", "跳过", "跳过")[:number]:
        chat.says(said)
    return chat


def state(town: Town, chat: Chat) -> tuple[str, object, object]:
    """Where she stands in the form and what it holds."""
    with town.store.read() as tx:
        found = persons.find(tx, "web", chat.address)
        assert found is not None and found.conversation_id is not None, "the form is gone"
        row = conversations.get(tx, found.conversation_id, found.person_id)
        assert row is not None
        return row.form, row.state["at"], row.state["answers"]


def pairs(town: Town) -> Iterator[tuple[Chat, str, str]]:
    """Each question of her form with each matter."""
    for number in range(10):
        chat = steps(town.person(f"m{number}"), number)
        for said, heard in MATTERS.items():
            yield chat, said, heard


def test_two_hundred_pairs_of_question_and_matter(town: Town) -> None:
    failed, tried = [], 0
    for chat, said, heard in pairs(town):
        before = state(town, chat)
        chat.says(said)
        tried += 1
        if not any(piece in chat.text for piece in heard.split("|")) or state(town, chat) != before:
            failed.append((before[1], said, chat.text[:40]))
    assert tried == PAIRS and failed == []


def test_one_dictated_sentence_to_the_application_takes_few_messages(town: Town) -> None:
    towns.position(town.store, town.now, mode="take_home")
    town.invited("coordinator", "coordinator")
    chat = town.person()
    chat.says("我会踩缝纫机，住海风1社区，平时上午九点到下午三点有空，想找点能拿回家做的活")
    chat.says("第一个我想去").taps("同意给").hears("报上名了")
    with town.store.read() as tx:
        hers = tx.exec_driver_sql("SELECT count(*) FROM inbox WHERE channel = 'web' AND event_id LIKE 'a%'").scalar_one()
    assert hers <= AT_MOST
