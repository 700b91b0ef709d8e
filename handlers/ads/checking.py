"""A job notice is checked: what is wrong with it in plain words, and, if she taps so, passed on to the coordinator without her name."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.ads import Advice, advise
from domain.codebook import Slots
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Outbound
from handlers import forms
from handlers.content import Content
from handlers.scene import row_id
from handlers.tell import coordinators, tell
from handlers.turn import Turn
from handlers.voice import Voice
from storage import ads
from storage.conversations import About

KEPT = timedelta(days=1)
# Of a quote: some findings quote a whole sentence.
QUOTED = 40
# The choice that begins a warning to the community from a notice that was passed on.
WARN = "warn"


def begin(turn: Turn, _argument: str = "") -> list[Outbound]:
    """看招聘: she is asked for the notice."""
    return forms.start(turn, "check_ad")


def finished(turn: Turn, _conversation: int, answers: Answers, _about: About) -> list[Outbound]:
    """The notice came."""
    return looked_at(turn, str(answers["notice"]))


def heard(turn: Turn, text: str, _read: Slots) -> list[Outbound]:
    """She pasted a notice, or asks whether an offer is honest."""
    return looked_at(turn, text)


def looked_at(turn: Turn, text: str) -> list[Outbound]:
    """What is wrong with it, quoting it, and what to do; below it the way to pass it on."""
    advice = advise(text)
    said = in_words(turn, advice)
    if advice.verdict != "bad":
        return [Outbound(text=said)]
    codes = [finding.code for finding in advice.findings]
    number = ads.add(turn.tx, text, codes, community_id=turn.community_id, now=turn.now)
    return [Outbound(text=said, buttons=((turn.button("ads.report", f"ad_report:{number}"),),))]


def in_words(voice: Voice, advice: Advice) -> str:
    """The advice as she reads it."""
    if not advice.findings:
        return voice.words(f"ads.{advice.verdict}")
    lines = [
        voice.words("ads.line", number=number, quote=finding.quote[:QUOTED], what=voice.words(f"ads.what.{finding.code}"))
        for number, finding in enumerate(advice.findings, 1)
    ]
    return "\n".join([voice.words(f"ads.{advice.verdict}", count=len(lines)), *lines, voice.words("ads.end")])


def report(turn: Turn, argument: str) -> list[Outbound]:
    """转给社区: the notice alone; no row says whose it was."""
    row = ads.get(turn.tx, row_id(argument))
    if row is None:
        raise Refused("ads.gone")
    if ads.report(turn.tx, row.id):
        word = turn.say("ads.staff_new", (turn.button("ads.look", f"ad:{row.id}"),), number=row.id)
        tell(turn.tx, turn.content, coordinators(turn.tx, row.community_id), "staff", word, now=turn.now)
    return [turn.say("ads.reported")]


def see(turn: Turn, argument: str) -> list[Outbound]:
    """A notice that was passed on, for staff; 提醒本社区 begins a broadcast with the warning written."""
    number, _, deed = argument.partition(":")
    row = ads.get(turn.tx, row_id(number))
    if row is None or row.status != "reported" or not turn.may("broadcasts.write", row.community_id):
        raise Refused("ads.gone")
    advice = advise(row.notice)
    if deed == WARN:
        return forms.start(turn, "broadcast", known={"text": _warning(turn, advice, row.notice)})
    quotes = "、".join(f"“{finding.quote[:QUOTED]}”" for finding in advice.findings)
    said = turn.words("ads.card", number=row.id, text=row.notice, found=quotes)
    return [Outbound(text=said, buttons=((turn.button("ads.warn", f"ad:{row.id}:{WARN}"),),))]


def _warning(turn: Turn, advice: Advice, notice: str) -> str:
    if not advice.findings:
        return turn.words("ads.warning", quote=notice[:QUOTED], what="")
    worst = advice.findings[0]
    return turn.words("ads.warning", quote=worst.quote[:QUOTED], what=turn.words(f"ads.what.{worst.code}"))


def forget(tx: Connection, content: Content, now: datetime) -> int:
    """What was not passed on is not kept; nothing is left to do afterwards."""
    ads.forget(tx, before=now - KEPT, reported_before=now - content.rules.keep_messages)
    return 0
