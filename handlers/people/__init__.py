"""Her menu and greeting, what is stored of her, and how often she is written to."""

from functools import partial

from handlers import forms
from handlers.capability import Capability, Own, Route, Step, TaskKind
from handlers.people import finding, matters, menu, my_data, registration, wishes

CAPABILITY = Capability(
    name="people",
    commands={
        "start": Route(menu.start, takes="code"),
        "menu": Route(menu.menu, takes="nothing"),
        "help": Route(menu.menu),
        "who": Route(menu.who),
        "stop": Route(menu.stop, beside=True),
        "again": Route(menu.again, beside=True),
        "register": Route(menu.register),
        "data": Route(my_data.see),
        "matters": Route(matters.see, beside=True),
        "notices": Route(my_data.notices, beside=True),
        "wishes": Route(wishes.see, beside=True),
        "call": Route(menu.call, beside=True),
        # 继续 is a word of the forms as well.
        "go_on": Route(menu.go_on, outside=True),
        **{name: Route(partial(menu.column_of, name=name), beside=True) for name in menu.COLUMNS},
        "ask": Route(menu.ask, beside=True),
        "language": Route(menu.language),
    },
    routes={
        "data": Route(my_data.act),
        "wishes": Route(wishes.act),
        # 少发消息 below a notice asks how many; the words 退订 stop all at once.
        "fewer": Route(wishes.see),
        # Any form's own buttons.
        "f": Route(forms.tapped),
        "drop": Route(forms.drop),
        "later": Route(forms.put_off),
        "skip": Route(forms.skip),
        "hand_on": Route(menu.hand_on),
        "question": Route(menu.answer_first_question),
        # 办事 and 更多: what they show is what her roles allow.
        "staff_menu": Route(menu.staff_menu),
    },
    own=(Own("matters.menu", "menu:matters"),),
    matters=(matters.waiting,),
    about=(wishes.about,),
    clock=(Step("people", work=finding.keep),),
    # Her community is not on the list: by her address somebody of the federation finds it.
    tasks={"place": TaskKind(roles=frozenset({"federation"}), outcomes=("placed",), private=True)},
    finished={"intake": registration.finished, "quiet_hours": wishes.heard},
    own_forms=frozenset({"intake"}),
    intents={
        "register": registration.heard,
        "my_data": lambda turn, text, heard: my_data.see(turn),
        "unsubscribe": menu.stop_or_rest,
        "resubscribe": lambda turn, text, heard: menu.again(turn),
        "help": lambda turn, text, heard: menu.menu(turn),
        "smalltalk": menu.smalltalk,
        "other": menu.not_understood,
        "wage": menu.handed_on("wage"),
        "human": menu.human,
    },
)
