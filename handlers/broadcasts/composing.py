"""A broadcast is made, by a scene alone: from the answers of its form, as an estimate that is not stored, or to correct a wrong one."""

from __future__ import annotations

from domain.access import Scope
from domain.broadcasts.audience import Audience, covered, doubt, limited, not_read, read_audience
from domain.broadcasts.named import likely
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Outbound
from domain.plain import text_of, texts_of
from handlers.broadcasts import deciding
from handlers.broadcasts.words import places
from handlers.scene import Scene
from handlers.tell import body, for_others
from storage.broadcasts import meant, pictures, queue
from storage.broadcasts.queue import Broadcast
from storage.people import persons

# The buttons that a notice may have below it.
TAPS = ("join", "read")


def compose(scene: Scene, answers: Answers) -> Broadcast:
    """Store a draft; where many are registered it waits for its count. Raises Refused where it is for nobody she may write to."""
    audience, urgent = audience_of(scene, answers), _urgent(answers)
    number = queue.add(scene.tx, _kind(answers), audience=audience, urgent=urgent, created_by=scene.person_id, now=scene.now)
    queue.write(scene.tx, number, body(_notice(scene, number, answers)))
    return _count(scene, number)


def estimate(scene: Scene, answers: Answers) -> Broadcast:
    """What these answers would make, with its count; nothing is stored. Raises Refused as `compose` does."""
    draft = queue.unsaved(_kind(answers), audience_of(scene, answers), by=scene.person_id)
    return draft._replace(audience={**draft.audience, "counted": meant.count(scene.tx, draft, now=scene.now)})


def correct(scene: Scene, wrong: Broadcast, words: str) -> Broadcast:
    """Stop a wrong one, and store a correction as a draft, for exactly those who got it."""
    deciding.stop(scene, wrong)
    number = queue.add(
        scene.tx,
        "urgent" if wrong.urgent else "correction",
        audience=Audience.from_json(wrong.audience),
        urgent=wrong.urgent,
        created_by=scene.person_id,
        now=scene.now,
        corrects=wrong.id,
    )
    text = for_others(scene.content).words("broadcasts.correction", text=words.strip())
    queue.write(scene.tx, number, body(Outbound(text=text)))
    return _count(scene, number)


def audience_of(scene: Scene, answers: Answers) -> Audience:
    """For whom the answers say that it is, as far as she may write. Raises Refused for words that leave a doubt, and for nobody of hers."""
    where = scene.scopes("broadcasts.write")
    match answers.get("whom"):
        case "words":
            audience = _in_words(scene, str(answers["words"]), where)
        case "pick":
            audience = _picked(scene, answers)
        case _:
            audience = Audience()
    within = limited(audience, where)
    if within is None:
        raise Refused("broadcasts.outside")
    return within


def _picked(scene: Scene, answers: Answers) -> Audience:
    codes = texts_of(answers, "places")
    low, _, high = str(answers.get("child") or "").partition("-")
    return Audience(
        places=tuple(Scope(row.id) for row in persons.communities(scene.tx) if row.code in codes),
        months=(int(low), int(high)) if low else None,
        skills=tuple(texts_of(answers, "skills")),
        modes=tuple(texts_of(answers, "modes")),
        status=text_of(answers, "status") or "",
        channel=text_of(answers, "channel") or "",
    )


def _in_words(scene: Scene, words: str, where: list[Scope]) -> Audience:
    """Whom her words mean. A place that is not found is never the whole city: Refused says which may be meant."""
    known = places(scene.tx)
    audience = read_audience(words, known)
    if unread := not_read(words, known):
        names = for_others(scene.content).words("broadcasts.between").join(likely(unread, known))
        raise Refused("broadcasts.words_likely" if names else "broadcasts.words_unread", said=unread, names=names)
    if why := doubt(words, audience):
        raise Refused(f"broadcasts.words_{why}")
    cells = [place for place in audience.places if place.cell_id is not None and covered(Audience(places=(place,)), where)]
    if len({cell.community_id for cell in cells}) > 1 and len({place.name for place in known if place.scope in cells}) == 1:
        raise Refused("broadcasts.words_which", name=next(place.name for place in known if place.scope in cells))
    return audience


def _urgent(answers: Answers) -> bool:
    return answers.get("haste") == "yes"


def _kind(answers: Answers) -> str:
    return "urgent" if _urgent(answers) else "broadcast"


def _notice(scene: Scene, number: int, answers: Answers) -> Outbound:
    """What it says, with the buttons that were chosen. Raises Refused for a picture that is not kept."""
    voice, text = for_others(scene.content), str(answers["text"]).strip()
    if link := answers.get("link"):
        text = f"{text}\n{voice.words('broadcasts.link', url=link)}"
    picture = str(answers.get("picture") or "").strip()
    if picture and pictures.get(scene.tx, picture) is None:
        raise Refused("broadcasts.no_picture")
    chosen = [name for name in TAPS if name in texts_of(answers, "buttons")]
    row = tuple(voice.button(f"broadcasts.button_{name}", f"broadcast_tap:{number}:{name}") for name in chosen)
    return Outbound(text=text, buttons=(row,) if row else (), picture=picture)


def _count(scene: Scene, number: int) -> Broadcast:
    """A few are counted at once; many beside the talk (tick `broadcasts`)."""
    draft = deciding.readable(scene, number)
    if not queue.few(scene.tx):
        return draft
    queue.keep_count(scene.tx, draft, meant.count(scene.tx, draft, now=scene.now))
    return deciding.readable(scene, number)
