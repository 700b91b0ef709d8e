"""The menu and the greeting; who we are, a person who answers, and stopping or resuming what she is sent."""

from __future__ import annotations

from domain.codebook import Slots
from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.reading import read
from handlers import entries, forms, free_text, profile, threads
from handlers.capability import Heard
from handlers.turn import Turn
from handlers.work import keeping
from storage import conversations, inbox
from storage.people import persons
from storage.staff import roles
from storage.tables.threads import ThreadKind

# Intents that a person of the staff deals with, by the kind of thread.
HANDED_ON = {"dispute": "dispute", "wage": "wage"}
HANDED_KINDS: dict[str, ThreadKind] = {"dispute": "dispute", "wage": "wage"}
# Of hers, among which the words that are handed on are looked for.
LAST_WORDS = 12
PARTS_OF_DAY = ("晚上", "夜里", "半夜", "早上", "中午", "下午", "上午", "白天", "周末")
# What newcomers ask first, by the name of the button's phrase, whose words are the question.
ASKED_FIRST = ("money", "child", "contract", "real")
# Commands of the account's menu, in the order of its columns.
COLUMNS = ("jobs", "tell", "own")
FAREWELLS = ("谢", "再见", "拜拜", "辛苦", "晚安", "不客气", "麻烦您了", "麻烦你了")


def start(turn: Turn, payload: str = "") -> list[Outbound]:
    """/start, with or without an invitation's code: known people get their menu, others hear who this is and what they can do, and give nothing."""
    if payload.strip():
        tried = (code(turn, payload) for code in turn.content.capabilities.codes)
        return next((said for said in tried if said is not None), []) or start(turn)
    if turn.state is not None:
        return [turn.say("talk.welcome_back"), *go_on(turn)]
    if profile.known(turn) or roles.works_here(turn.tx, turn.person_id):
        return menu(turn)
    return [greeting(turn)]


def greeting(turn: Turn) -> Outbound:
    """Who this is, that it costs nothing, and the three ways on; consent is asked when something is to be stored, not before."""
    look, join = turn.button("talk.look", "menu:work"), turn.button("talk.join", "menu:register")
    return turn.say("talk.greeting", (look,), (join, turn.button("talk.ask", "menu:ask")))


def ask(turn: Turn, _argument: str = "") -> list[Outbound]:
    """问问题: whatever she wants to know, with what others ask first."""
    asked = [(turn.button(f"talk.ask_{what}", f"question:{what}"),) for what in ASKED_FIRST]
    return [turn.say("talk.ask_anything", *asked)]


def answer_first_question(turn: Turn, what: str) -> list[Outbound]:
    """One of the questions that others ask first, answered as if she had typed it."""
    if what not in ASKED_FIRST:
        raise Refused("talk.old_button")
    return free_text.understand(turn, turn.words(f"talk.ask_{what}"))


def menu(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What she can do here; staff with much to do see what is due first, and three buttons."""
    rows, waiting = entries.menu(turn)
    works_here = bool(rows) and not profile.known(turn)
    if works_here and waiting is not None:
        return [turn.say("staff.menu_due" if waiting else "staff.menu_nothing_due", *rows, count=waiting)]
    if not works_here:
        rows.append((turn.button("menu.work", "menu:work"), turn.button("classes.menu_open", "menu:classes")))
        rows.append((turn.button("menu.mine", "menu:mine"), turn.button("menu.my_classes", "menu:my_classes")))
        own = [turn.button(one.phrase, one.choice) for one in turn.content.capabilities.own]
        own.append(turn.button("menu.register", "menu:register"))
        rows += [tuple(own[start : start + 2]) for start in range(0, len(own), 2)]
    return [turn.say("staff.menu" if works_here else "talk.menu", *rows, *_everybodys(turn))]


def _everybodys(turn: Turn) -> list[tuple[Button, ...]]:
    return [
        (turn.button("menu.notices", "menu:notices"), turn.button("menu.data", "menu:data")),
        (turn.button("menu.wishes", "menu:wishes"), turn.button("menu.call", "menu:call")),
    ]


def column_of(turn: Turn, _argument: str = "", *, name: str) -> list[Outbound]:
    """One column of the account's menu (找活, 说事, 我的) as buttons, for a channel whose menu is a list of commands."""
    columns = turn.content.menu
    at = COLUMNS.index(name)
    if at >= len(columns):
        return menu(turn)
    called, items = columns[at]
    return [turn.say("menu.column", *((Button(label, choice),) for label, choice in items), name=called)]


def staff_menu(turn: Turn, part: str) -> list[Outbound]:
    """办事 and 更多 of the staff's menu."""
    rows = entries.part(turn, part)
    return [turn.say("staff.menu_do_which", *rows) if part == "do" else turn.say("staff.menu_more_which", *rows, *_everybodys(turn))]


def who(turn: Turn, _argument: str = "") -> list[Outbound]:
    """Who this is and that it costs nothing, for who was cheated before; her form, if she is in one, stands below."""
    return [turn.say("talk.who"), *forms.again(turn)]


def register(turn: Turn, _argument: str = "") -> list[Outbound]:
    """The intake form: from the start, where she stopped, or her answers to change."""
    if turn.state is not None and turn.state.get("form") == "intake":
        return go_on(turn)
    if known := profile.known(turn):
        return forms.start(turn, "intake", known=known)
    slots, words, told = keeping.heard_in_talk(turn)
    return forms.start(turn, "intake", heard=slots, words=words, told=told)


def go_on(turn: Turn, _argument: str = "") -> list[Outbound]:
    """Take up the form she is in, or the one she put off last."""
    if turn.state is not None and turn.conversation_id is not None:
        return forms.take_up(turn, forms.current(turn))
    row = conversations.postponed(turn.tx, turn.person_id)
    return forms.take_up(turn, row) if row is not None else menu(turn)


def stop(turn: Turn, _argument: str = "") -> list[Outbound]:
    """退订: nothing unasked any more; answers to her own questions still come."""
    persons.change(turn.tx, turn.person_id, notices=False)
    return [turn.say("talk.stopped", (turn.button("menu.again", "menu:again"),))]


def again(turn: Turn, _argument: str = "") -> list[Outbound]:
    """She wants to be told again."""
    persons.change(turn.tx, turn.person_id, notices=True)
    return [turn.say("talk.again")]


def language(turn: Turn, argument: str) -> list[Outbound]:
    """Simplified or Traditional from now on; nothing is said, the next message shows it."""
    if argument in ("zh", "zh-Hant"):
        persons.change(turn.tx, turn.person_id, language=argument)
    return []


def call(turn: Turn, said: str = "") -> list[Outbound]:
    """找人帮忙: her matter is a thread for the coordinator, and what she writes next goes there."""
    threads.begin(turn, turn, turn.person_id, "asked", said, community_id=threads.place_of(turn))
    return [turn.say("talk.call_asked")]


def handed_on(kind: ThreadKind) -> Heard:
    """What the bot cannot do itself goes to a person, if she wants that: nothing is passed on unasked."""

    def heard(turn: Turn, _text: str, _read: Slots) -> list[Outbound]:
        who = threads.who_answers(turn)
        buttons = (turn.button("talk.hand_on_yes", f"hand_on:{kind}"), turn.button("talk.hand_on_no", "hand_on:no"))
        return [turn.say(f"talk.{kind}", buttons, who=who)]

    return heard


def hand_on(turn: Turn, kind: str) -> list[Outbound]:
    """转给: her words about it, the newest that mean such a matter, are a thread now."""
    if kind not in HANDED_ON:
        return [turn.say("talk.not_handed_on")]
    said = inbox.said_by(turn.tx, turn.person_id, channel=turn.channel.channel, limit=LAST_WORDS)
    words = next((row.said for row in said if row.said and read(row.said)["intent"] == HANDED_ON[kind]), "")
    threads.begin(turn, turn, turn.person_id, HANDED_KINDS[kind], words, community_id=threads.place_of(turn))
    return [turn.say("talk.call_asked")]


def human(turn: Turn, text: str, _read: Slots) -> list[Outbound]:
    """She asked for a person."""
    return [turn.say("talk.human"), *call(turn, text)]


def stop_or_rest(turn: Turn, text: str, _read: Slots) -> list[Outbound]:
    """别发了 stops all; where she names a part of the day (晚上别发) only that is left free, and more can be said below."""
    if any(word in text for word in PARTS_OF_DAY):
        return [turn.say("wishes.part_of_day", (turn.button("menu.wishes", "menu:wishes"), turn.button("talk.stop_all", "menu:stop")))]
    return stop(turn)


def smalltalk(turn: Turn, text: str, _read: Slots) -> list[Outbound]:
    """A greeting begins; thanks and farewells are answered in kind, without a form."""
    if any(word in text for word in FAREWELLS):
        return [turn.say("talk.farewell")]
    return start(turn)


def not_understood(turn: Turn, text: str, _read: Slots) -> list[Outbound]:
    """Nothing was understood: a question is asked back or noted, to anything else the menu shows what can be done."""
    return free_text.unanswered(turn, text) or [turn.say("talk.not_understood"), *menu(turn)]
