"""Blows: who is hit, and whether it is done, denied, wished, announced or long over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.reading.lexicon import Hit
from domain.reading.shadow import NEGATED, OBJECT, WISHED, WORRIED, Message

_HURT_SOON = re.compile(r"[^,]{0,8}I")
_HABIT = re.compile(r"[Rr]-*[.]?$")
_HABIT_ENDS = re.compile(r"(?:了|得|$|[,。!?…])")
_ANNOUNCED = re.compile(r"Y[^,]{0,10}(?:,[^,]{0,10})?u-*[^,]{0,10}$|Y-*[^,]{0,2}$")
_ANNOUNCED_WITHIN = 24
_NEVER = re.compile("没有过|从没有|没有的事")
_BLOW_TO = re.compile(r"[^,]{0,4}D-*[^,]{0,2}([MCAPH])")
_PERSON = re.compile(r"[MCAPH]-*")
# 被 is enough, 让 and 叫 need somebody who does it.
_PASSIVE = re.compile(r"B.*$|b-*[^,]{0,3}[AHPXC].*$")
# These need an injury beside them, for they are said of much else.
_MILD = frozenset({"打", "打了", "打过", "踢", "碰", "抽", "拧"})
_ADULT_FIGHT = frozenset({"打架", "打起来", "打起来了", "打成一团", "干架"})


def struck(message: Message) -> Iterator[str]:
    """Each blow: whom it meets, unless it is denied, wished, dreamt or long over; a blow that is only announced is a threat."""
    past = "over" in message.codes or any(NEGATED.search(before) for _, before, _ in message.of("hit", "beat"))
    known = False
    for hit, before, after in message.of("hit", "move", "drag", "beat"):
        if _unreal(message, hit, before, after) or (("over" in message.codes or (past and "p" in before)) and "r" not in before):
            continue
        who = _victims(message, hit, before, after)
        if not who and not (known and not re.search("[MCAHPX]", before)) and _self_evident(message, hit, before, after):
            nearest = re.findall("[MCAPHX]", before)
            who = {"child_harm" if nearest and nearest[-1] == "C" else "violence"}
        known = known or bool(who)
        if who and _ANNOUNCED.search(message.shadow[max(0, hit.start - _ANNOUNCED_WITHIN) : hit.start]):
            yield "threat"
            who = who - {"violence"}
        yield from who


def _unreal(message: Message, hit: Hit, before: str, after: str) -> bool:
    """Denied, wished, dreamt, an accident, or a scuffle of children that hurt nobody."""
    if NEGATED.search(before) or "c" in before or _NEVER.search(message.text, hit.end, hit.end + 8):
        return True
    if WISHED.search(before) and not after.startswith("M") and "H" not in before:
        return True
    if hit.code == "beat":
        return False
    return ("unhurt" in message.codes and "C" in message.letters) or ("a" in before and hit.code in {"move", "drag"})


def _victims(message: Message, hit: Hit, before: str, after: str) -> set[str]:
    """Who is named as hit, as hazard codes; empty where nobody is."""
    if named := message.named(hit):
        return {message.harm(letter, hit.start) for letter in named}
    if hit.code != "drag" and (target := OBJECT.match(after)) and not (hit.code != "beat" and "g" in after[:4]):
        return {message.harm(target[1], hit.start)}
    if hit.code == "beat" and (target := _BLOW_TO.match(after)):
        return {message.harm(target[1], hit.start)}
    if (at := before.rfind("D")) >= 0:
        people = [person[0] for person in _PERSON.finditer(before, at) if _is_hit(message, hit.start - len(before), before, person)]
        if people:
            return {message.harm(letter[0], hit.start) for letter in people}
    if (passive := _PASSIVE.search(before)) is None or re.search("[tg]", before):
        return set()
    sufferers = re.findall("[MCAPH]", before[: passive.start()])[-2:]
    if sufferers:
        return {message.harm(letter, hit.start) for letter in sufferers}
    return {"violence"} if hit.code in {"hit", "beat"} or re.search("[HAPXC]", passive[0]) else set()


def _is_hit(message: Message, origin: int, behind: str, person: re.Match[str]) -> bool:
    """Not her things: 把我手机砸了, 把孩子的书撕了."""
    rest = behind[person.end() :]
    if "y" in rest:
        return True
    return "t" not in rest and message.text[origin + person.end() : origin + person.end() + 1] != "的"


def _self_evident(message: Message, hit: Hit, before: str, after: str) -> bool:
    """A word that is enough alone (家暴), or 打 with an injury after it or a habit before it (说不过就打)."""
    if hit.code == "beat":
        return True
    if hit.code in {"move", "drag"} or "g" in before:
        return False
    return bool(_HURT_SOON.match(after)) or bool(_HABIT.search(before) and _HABIT_ENDS.match(message.text[hit.end : hit.end + 1]))


def marked_body(message: Message) -> Iterator[str]:
    """A wound and a cruel verb in one breath, however the sentence is built (脸肿得没法出门，都是他扇的), or a wound and whose doing it is."""
    if not message.letters & set("HAPXBb") or "over" in message.codes:
        return
    for _, before, _ in message.of("wound"):
        yield "child_harm" if re.search("C[^MAHX]*$", before) else "violence"
    if "rage" in message.codes:
        for _, before, _ in message.of("hurt"):
            if re.search("y[^,]{0,8}$", before) and not NEGATED.search(before):
                yield "child_harm" if re.search("C[^MAHX]*$", before) else "violence"
    for hit, before, _ in message.of("hit"):
        around = message.shadow[max(0, hit.start - 20) : hit.end + 20]
        if NEGATED.search(before) or WISHED.search(before) or "g" in before or "c" in before:
            continue
        if "I" in around or (hit.term not in _MILD and "y" in around):
            yield "child_harm" if "C" in around and "M" not in around else "violence"


def scuffle(message: Message) -> Iterator[str]:
    for hit, before, _ in message.of("scuffle"):
        hurt = "hurt" in message.codes and "unhurt" not in message.codes
        if hurt and "C" in message.letters:
            yield "child_harm"
        elif (
            "C" not in message.letters and re.search("[AHPX]", before) and (hurt or hit.term in _ADULT_FIGHT) and not WORRIED.search(before)
        ):
            yield "violence"
