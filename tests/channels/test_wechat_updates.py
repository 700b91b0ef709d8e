"""What people do in WeChat, as the bot hears it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import wechatpy
from hypothesis import given
from hypothesis import strategies as st

from channels.wechat import updates, xml
from channels.wechat.composing import Composer, Phrases
from channels.wechat.text import MOST, pieces, words
from domain.messages import Button, Inbound, Outbound
from tests.support.wechat import answer, event, message

PHRASES = Phrases("【之前的】", "还有", "打字：{names}", "、")


def read(said: str) -> Inbound:
    found = updates.read(xml.read(said.encode())).inbound
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (message("o1", Content="  你好 "), {"kind": "text", "text": "你好", "opens": "word"}),
        (message("o1", Content="<b>&amp;"), {"kind": "text", "text": "<b>&amp;"}),
        (message("o1", Content="start abc-12"), {"kind": "command", "text": "start abc-12"}),
        (message("o1", Content="/start"), {"kind": "command", "text": "start"}),
        (message("o1", Content="startle"), {"kind": "text"}),
        (message("o1", Content=""), {"kind": "unreadable"}),
        (message("o1", Content="报名", bizmsgmenuid="apply:7"), {"kind": "choice", "choice": "apply:7", "text": "报名", "opens": "tap"}),
        (message("o1", "image", PicUrl="http://p/1", MediaId="m"), {"kind": "image", "opens": "word"}),
        (message("o1", "voice", MediaId="m", Format="amr", Recognition="上午有空。"), {"kind": "text", "text": "上午有空。"}),
        (message("o1", "voice", MediaId="m", Format="amr"), {"kind": "unreadable"}),
        (
            message("o1", "location", Location_X="37.46", Location_Y="121.44", Scale="16", Label="海风路"),
            {"kind": "location", "place": (37.46, 121.44)},
        ),
        (message("o1", "location", Location_X="nan", Location_Y="121"), {"kind": "unreadable"}),
        (message("o1", "video", MediaId="m", ThumbMediaId="t"), {"kind": "unreadable"}),
        (message("o1", "link", Title="招聘", Url="http://x"), {"kind": "unreadable", "text": "招聘"}),
        (event("o1", "subscribe"), {"kind": "command", "text": "start", "opens": "tap"}),
        (event("o1", "subscribe", "qrscene_abc", Ticket="t"), {"kind": "command", "text": "start abc"}),
        (event("o1", "SCAN", "abc", Ticket="t"), {"kind": "command", "text": "start abc", "opens": "tap"}),
        (event("o1", "CLICK", "menu:work"), {"kind": "choice", "choice": "menu:work", "opens": "tap"}),
        (event("o1", "unsubscribe"), {"kind": "stopped", "opens": ""}),
    ],
)
def test_what_is_said(said: str, expected: dict[str, Any]) -> None:
    found = read(said)
    assert {name: getattr(found, name) for name in expected} == expected
    assert found.channel == "wechat" and found.sender == "o1"


def test_wechatpy_reads_the_same() -> None:
    for said in (
        message("o1", Content="你好"),
        message("o1", "voice", MediaId="m", Format="amr", Recognition="好的"),
        event("o1", "CLICK", "menu:work"),
    ):
        ours, theirs = read(said), wechatpy.parse_message(said)
        assert ours.sender == theirs.source
        words_ = getattr(theirs, "content", None) or getattr(theirs, "recognition", None) or getattr(theirs, "key", None)
        assert words_ in (ours.text, ours.choice)


def test_ids_of_different_messages_differ_and_of_repeats_do_not() -> None:
    same = [message("o1", Content="x", at=5, msg_id=1), message("o1", Content="x", at=5, msg_id=1)]
    assert len({read(said).event_id for said in same}) == 1
    others = [
        message("o2", Content="x", at=5, msg_id=1),
        message("o1", Content="x", at=6, msg_id=1),
        message("o1", Content="x", at=5, msg_id=2),
    ]
    assert len({read(said).event_id for said in [*same, *others]}) == 4
    # Two events of one person in one second (chanjarster/weixin-java-tools#66).
    events = [event("o1", "CLICK", "menu:work", at=5), event("o1", "CLICK", "menu:mine", at=5), event("o1", "SCAN", "menu:work", at=5)]
    assert len({read(said).event_id for said in events}) == 3


POPUP = """<SubscribeMsgPopupEvent>
<List><TemplateId><![CDATA[T1]]></TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>1</PopupScene></List>
<List><TemplateId><![CDATA[T2]]></TemplateId><SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString><PopupScene>1</PopupScene></List>
<List><TemplateId><![CDATA[T3]]></TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>1</PopupScene></List>
</SubscribeMsgPopupEvent>"""
CHANGE = """<SubscribeMsgChangeEvent><List><TemplateId><![CDATA[T1]]></TemplateId>
<SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString></List></SubscribeMsgChangeEvent>"""
SENT = """<SubscribeMsgSentEvent><List><TemplateId><![CDATA[T1]]></TemplateId><MsgID><![CDATA[170]]></MsgID>
<ErrorCode><![CDATA[0]]></ErrorCode><ErrorStatus><![CDATA[success]]></ErrorStatus></List></SubscribeMsgSentEvent>"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (event("o1", "subscribe_msg_popup_event", raw=POPUP), {"granted": {"T1": 1, "T3": 1}}),
        (event("o1", "subscribe_msg_change_event", raw=CHANGE), {"refused": ["T1"]}),
        (event("o1", "subscribe_msg_sent_event", raw=SENT), {"became": {"170": "success"}}),
        (event("o1", "TEMPLATESENDJOBFINISH", MsgID=200, Status="failed:user block"), {"became": {"200": "failed:user block"}}),
    ],
)
def test_what_the_account_tells(said: str, told: dict[str, Any]) -> None:
    found = read(said)
    name, _, content = found.text.partition(" ")
    assert (found.kind, name, found.opens) == ("command", "wechat_told", "") and orjson.loads(content) == told


def test_nobody_can_type_what_only_the_account_tells() -> None:
    for typed in ('/wechat_told {"granted":{"T1":99}}', 'start wechat_told {"granted":{"T1":99}}'):
        found = read(message("o1", Content=typed))
        assert found.kind == "text"


@given(st.text())
def test_any_text_makes_one_element(text: str) -> None:
    written = xml.text_answer(to="o1", sender="gh", created_at=1, text=text)
    said = answer(written.encode("utf-8"))
    assert set(said) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}
    assert said["Content"].replace("\r\n", "\n").replace("\r", "\n") == xml.without_control(text).replace("\r\n", "\n").replace("\r", "\n")


@given(st.text(max_size=3000))
def test_pieces_fit_and_are_never_empty(text: str) -> None:
    for piece in pieces(text):
        assert 0 < len(piece.encode()) <= MOST and piece.strip()


def test_a_text_is_cut_behind_a_sentence() -> None:
    sentence = "早上送完孩子，九点到十一点有空，会缝纫，想领活回家做。"
    cut = pieces(sentence * 40)
    assert len(cut) == 2 and all(piece.endswith("。") for piece in cut) and "".join(cut) == sentence * 40


def numbered(text: str, *labels: str) -> Outbound:
    rows = tuple((Button(label, f"choice:{label}"),) for label in labels)
    lines = "\n".join(f"{n} {label}" for n, label in enumerate(labels, 1))
    return Outbound(text=f"{text}\n{lines}\n回复前面的数字就行。", buttons=rows)


def test_what_waited_comes_before_the_answer_and_only_the_last_list_has_numbers() -> None:
    composer = Composer(PHRASES)
    composed = composer.compose([numbered("您想做什么？", "找活", "学手艺")], [numbered("新活：围裙", "报名", "不要")])
    assert composed == (composed.text, 1, 1, False)
    assert composed.text == "【之前的】\n\n新活：围裙\n打字：报名、不要\n\n您想做什么？\n1 找活\n2 学手艺\n回复前面的数字就行。"


def test_what_does_not_fit_is_told_of() -> None:
    long = Outbound(text="长" * 400)
    composed = Composer(PHRASES).compose([Outbound(text="好的")], [long, long])
    assert (composed.replies, composed.kept, composed.more) == (1, 1, True) and "还有" in composed.text
    # Without any other way the rest of an answer waits as well; an account that may push sends it at once.
    assert Composer(PHRASES).compose([long, long], []) == ("还有\n\n" + "长" * 400, 1, 0, True)
    assert Composer(PHRASES, pushes=True).compose([long, long], []) == ("长" * 400, 1, 0, False)


def test_a_list_can_be_tapped_where_the_account_may() -> None:
    said = words(numbered("选", "A&B", "不要"), taps=True)
    assert '<a href="weixin://bizmsgmenu?msgmenucontent=A%26B&msgmenuid=choice%3AA%26B">1 A&B</a>' in said


def test_what_somebody_wrote_makes_no_link() -> None:
    assert "<a" not in words(Outbound(text='她叫<a href="http://x">点我</a>'))
