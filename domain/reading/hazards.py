"""Danger to a person in one message: violence, threats, self-harm, harm to a child, by rules and a second opinion beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from domain.normal import Normal
from domain.reading.blows import marked_body, scuffle, struck
from domain.reading.lexicon import Hit, scan
from domain.reading.linear import features, likelihood, likely, model
from domain.reading.shadow import LETTERS, NEGATED, OBJECT, WISHED, WORRIED, Message

# The second opinion adds an alarm where it is this sure, and drops one of the rules only where it is far surer of the contrary, for a
# missed danger is the worse error (logits; chosen by the cross-validation of bench/train_hazards.py --judge).
_ALARM, _VETO = 1.0, -2.5
# With nothing but these letters nothing can be wrong, and most messages end here.
_HARMLESS = frozenset("MoCAPHXBbDytgRNnOprVWaJwuYGvf234589c.hj*")
# So many words of newspapers and reviews in so long a text: it is not about the sender, unless something is done to her in it.
_FORMAL, _FORMAL_LENGTH, _VERY_FORMAL = 2, 60, 4
_TO_ME = re.compile(r"[sSmKT]-*[.o]{0,2}M|M-*[^,]{0,5}[Bb][^,]{0,6}[sSmeq]|D-*M[^,]{0,6}[sSmeq]|M[^,]{0,8}Z|T[^,]{0,3}M")
_MYSELF = re.compile("(?<![得让看吓气])[我俺](?![看刷听来]|们看)")
_CHILD = re.compile("孩|娃|闺女|儿子|女儿|学生|小子|丫头|嫚|孙|侄|外甥|宝宝|班里|俺儿|她姥爷|幼儿园|托管|岁")
# Whom she must fear at home or on the way, so that fear alone is a sign.
_DREADED = re.compile("他|老公|对象|男人|丈夫|前夫|那口子|男的|那人|公公|前男友|男朋友|婆家")
_SHUT_IN = re.compile(r"[DBb]-*[^,]{0,8}([MCAPH])[^,]{0,8}$|([MCAPH])-*[^,]{0,6}[Bb][^,]{0,8}$|(B)[^,]{0,6}$")
_ARMED = re.compile(
    r"G-*[^,]{0,4}k[^,]{0,12}[vsKYSm]|G-*[^,]{0,3}k-*[^,]{0,8}[MX]|v[^,]{0,10}G-*[^,]{0,4}k|[HAPX][^,]{0,8}G-*[^,]{0,2}k-*,|k-*[.]?v"
    r"|G-*[^,]{0,4}i[^,]{0,10}[vY]"
)
_TOUCHED = re.compile(r"[AHXP][^,]{0,10}x-*[^,]{0,2}[CHo]|[CM]-*[^,]{0,4}[Bb][^,]{0,6}x|C[^,]{0,8}[AHXP][^,]{0,4}x")
_TOUCHED_ME = re.compile(r"[AHXP][^,]{0,10}x-*[.]?M|M-*[^,]{0,2}[Bb][^,]{0,6}x")
_SCHOOL = re.compile("上学|幼儿园|上班|学校")


def hazards(normal: Normal) -> list[str]:
    """Sorted codes of the hazards (violence, threat, self_harm, child_harm) in a normalised message; time is linear in its length."""
    return list(_hazards(normal.text))


@lru_cache(maxsize=2)  # the reader of conflicts asks again for the same message
def _hazards(text: str) -> tuple[str, ...]:
    second = model("hazards")
    grams = features(text, weighed(text))
    sure = likelihood(grams, second)
    if sure < _VETO:
        return ()
    return ruled(text) or (tuple(likely(grams, second)) if sure > _ALARM else ())


def weighed(text: str) -> set[str]:
    """The codes of danger in a normalised text that the second opinion weighs beside the characters."""
    return {code + ":" for _, _, kind, code, _ in scan(text) if kind == "danger"}


def ruled(text: str) -> tuple[str, ...]:
    """What the rules alone find in a normalised text."""
    hits = [hit for hit in scan(text) if hit.kind == "danger" and not _misheard(hit, text)]
    if all(LETTERS[hit.code] in _HARMLESS for hit in hits):
        return ()
    return tuple(sorted(_read(Message(text, hits))))


def _misheard(hit: Hit, text: str) -> bool:
    """A short word that only sounds like one of danger: 看了她 is not 砍了她."""
    return hit.end - hit.start == 3 and "…" not in hit.term and text[hit.start : hit.end] != hit.term


def _read(message: Message) -> set[str]:
    # What is seen on a screen or in the news is nobody's danger here, unless the sender speaks of herself.
    if "screen" in message.codes and not _MYSELF.search(message.text):
        return set()
    formal = len({hit.term for hit in message.hits if hit.code == "press"})
    if formal >= (_FORMAL if len(message.text) > _FORMAL_LENGTH else _VERY_FORMAL) and not _TO_ME.search(message.shadow):
        return set()
    found = {*struck(message), *scuffle(message), *_threatened(message), *_followed(message), *_confined(message), *_dying(message)}
    if _CHILD.search(message.text):
        found.update(_ill_treated(message))
        found.update(_left_alone(message))
    if not found & {"violence", "child_harm"} and "accident" not in message.codes and "unhurt" not in message.codes:
        found.update(marked_body(message))
    if not found and _DREADED.search(message.text) and any(not NEGATED.search(before) for _, before, _ in message.of("dread")):
        found.add("threat")
    return found


def _threatened(message: Message) -> Iterator[str]:
    for hit, before, after in message.of("kill", "threat", "burn", "doom"):
        if NEGATED.search(before) or (WISHED.search(before) and not re.search("[HAPX][^M]*J", before)):
            continue
        child = message.named(hit) == "C" or bool(re.search("D-*[.o]?C", before))
        if hit.code == "kill":
            someone = hit.term[-1] not in "死" or re.search("[DBbY]", before) or OBJECT.match(after)
            if not someone:
                continue
            if "j" in before or "B" in before:
                yield "child_harm" if child else "violence"
                continue
        yield "threat"
        if hit.code == "doom":
            yield "self_harm"
        if child and hit.code in {"kill", "threat"}:
            yield "child_harm"
    if "fuel" in message.codes and "say" in message.codes and message.letters & set("HAPX"):
        yield "threat"
    if not {"weapon", "tool"}.isdisjoint(message.codes) and _ARMED.search(message.shadow):
        yield "threat"


def _followed(message: Message) -> Iterator[str]:
    for _, before, _ in message.of("stalk"):
        if not (re.search("C[^HAXPM]*$", before) and "X" not in message.letters):
            yield "threat"
    for hit, before, _ in message.of("lurk"):
        if re.search("[CM]-*[^HAXP,]{0,6}$", before) and "X" not in before:
            continue
        strong = hit.term[0] in "堵踹砸撬扒趴拉" or "我" in hit.term or "俺" in hit.term
        afraid = not {"alarm", "dread"}.isdisjoint(message.codes)
        by_stranger = "X" in message.letters and (strong or afraid or not {"fear", "habit"}.isdisjoint(message.codes))
        by_known = message.letters & set("HAP") and (strong if "fear" in message.codes else afraid)
        if by_stranger or by_known:
            yield "threat"


def _confined(message: Message) -> Iterator[str]:
    for hit, before, after in message.of("lock", "force"):
        if "N" in before[-2:] or "9" in after[:4]:
            continue
        named = message.named(hit) or "".join(re.findall("[MC]", before))[-1:]
        yield "child_harm" if named == "C" else "violence"
    if _TOUCHED_ME.search(message.shadow):
        yield "violence"
    for hit, before, after in message.of("shut"):
        if WORRIED.search(before):
            continue
        if found := _SHUT_IN.search(before):
            yield message.harm(found[1] or found[2] or found[3], hit.start)
        elif target := OBJECT.match(after[:2]):
            yield message.harm(target[1], hit.start)


def _ill_treated(message: Message) -> Iterator[str]:
    if any(not WORRIED.search(before) for _, before, _ in message.of("neglect", "drunk")) or _TOUCHED.search(message.shadow):
        yield "child_harm"


def _left_alone(message: Message) -> Iterator[str]:
    if "grown" in message.codes:
        return
    for hit, before, after in message.of("alone"):
        child = re.search("[CP5]-*[^MAXB]{0,12}$|C-*[^A]{0,8}D-*H-*$", before)
        place = re.match("[^MA]{0,7}[23q]", after)
        if not child or not place or re.search("[wN]", before) or _SCHOOL.search(message.text, max(0, hit.start - 6), hit.start):
            continue
        if hit.term not in {"自己", "自个", "自个儿"} or re.match("[^MA]{0,4}[2qm]", after) or "2" in before or "little" in message.codes:
            yield "child_harm"


def _dying(message: Message) -> Iterator[str]:
    for _, before, _ in message.of("death"):
        if not re.search("[Nn]-*[.]?$", before):
            yield "self_harm"
    for _, before, _ in message.of("drink"):
        if re.search("[JuY]-*[^,]{0,4}$", before) and "C" not in before and "medicine" not in message.codes:
            yield "self_harm"
