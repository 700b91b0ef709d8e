"""Words outside a form: what she means decides, and what they hold is used at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from domain.answers.asked import is_asked, plain
from domain.codebook import Reading, intake_slots
from domain.messages import Button, Outbound
from domain.reading import read
from handlers import threads
from handlers.turn import Turn
from storage.answers import questions, written

# What asks for nothing to be done, so that an answer is all there is to give.
IDLE = {"other", "smalltalk", "help"}
# What is listened to even where the very words are a wording of an answer.
HEARD = {"dispute", "wage", "human", "suggest", "check_ad"}
# What is done where it is told to be done, however near an answer about it is.
DONE = HEARD | {"my_data", "unsubscribe", "resubscribe"}
# A wish with what it wishes gets posts or classes, however it is worded: 有没有家门口的串珠活.
WISHES = {"find_work", "find_training", "register"}


# How much a question has in common with a wording of an answer that staff wrote, to get it.
NEAR = 0.55
# What may be kept of a question that nothing answers: a longer text, or one with a number in it, tells of her.
LONGEST_NOTED = 40
SHORTEST_NOTED = 3


def by_staff(turn: Turn, text: str) -> str | None:
    """The answer that staff wrote to this question, or to one that is nearly the same."""
    catalogue = turn.content.answers
    near = [(catalogue.alike(text, wording), one.answer) for one in written.all_given(turn.tx) for wording in one.wordings]
    likeness, answer = max(near, default=(0.0, ""))
    return answer if likeness >= NEAR else None


def unanswered(turn: Turn, text: str) -> list[Outbound]:
    """What is said to a question without a certain answer: the two that are likely, else that it is noted for the staff; nothing to what is none."""
    if not is_asked(text):
        return []
    if likely := turn.content.answers.either(text):
        rows = [(Button(one.questions[0], f"either:{one.name}"),) for one in likely]
        return [turn.say("answers.either", *rows, (turn.button("answers.neither", "either:none"),))]
    if turn.in_danger or len(text) > LONGEST_NOTED or any(char.isdigit() for char in text) or len(plain(text)) < SHORTEST_NOTED:
        return []
    questions.note(turn.tx, text, plain=plain(text), now=turn.now)
    return [turn.say("answers.noted", (turn.button("menu.call", "menu:call"),))]


class Meaning:
    """What a text means, each thing looked for when it is first wanted and then only once."""

    def __init__(self, turn: Turn, text: str) -> None:
        self.text = text
        self._turn = turn

    @cached_property
    def answer(self) -> str | None:
        """The words of the answer to the question that it is; None where it is none, or none that is certain, or where a deed is asked for."""
        best = self._turn.content.answers.best(self.text)
        if best is not None and not self._asks_a_deed():
            return best.answer
        return by_staff(self._turn, self.text) if is_asked(self.text) else None

    @property
    def asks(self) -> bool:
        """Whether it has the form of a question, or the very words of one: what merely tells something is an answer to an open form."""
        return is_asked(self.text) or self._turn.content.answers.worded(self.text) is not None

    def _asks_a_deed(self) -> bool:
        intent = self.reading["intent"]
        if is_asked(self.text):
            return intent in WISHES and len(self.reading) > 1
        return intent in DONE or (intent not in IDLE and self._turn.content.answers.worded(self.text) is None)

    @cached_property
    def about(self) -> Callable[[], list[Outbound]] | None:
        """What is to be done about what is hers, or was shown to her, where her words are about that; nothing is done yet."""
        tried = (about(self._turn, self.text) for about in self._turn.content.capabilities.about)
        return next((deed for deed in tried if deed is not None), None)

    @cached_property
    def reading(self) -> Reading:
        """What domain.reading makes of it."""
        return read(self.text)


def understand(turn: Turn, text: str) -> list[Outbound]:
    """Read what she says and do it."""
    return act_on(turn, Meaning(turn, text))


def act_on(turn: Turn, meaning: Meaning) -> list[Outbound]:
    """Do what she means."""
    for typed in turn.content.capabilities.typed:
        if (taken := typed(turn, meaning.text)) is not None:
            return taken
    if meaning.about is not None:
        return meaning.about()
    intent = meaning.reading["intent"]
    if meaning.answer is not None:
        if intent == "human" and is_asked(meaning.text):
            # 谁能帮我带孩子 asks; it goes to nobody before she says so.
            return [Outbound(text=meaning.answer, buttons=((turn.button("menu.call", "menu:call"),),))]
        answer = Outbound(text=meaning.answer)
        return [answer, *_dealt_with(turn, meaning)] if intent in HEARD else [answer]
    return _dealt_with(turn, meaning)


def _dealt_with(turn: Turn, meaning: Meaning) -> list[Outbound]:
    """Passed on to whoever has her matter, or what her intent asks for."""
    intent = meaning.reading["intent"]
    if (passed_on := threads.heard(turn, meaning.text, intent=intent)) is not None:
        return passed_on
    return turn.content.capabilities.intents[intent](turn, meaning.text, intake_slots(meaning.reading))
