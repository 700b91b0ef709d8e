"""A draft before it goes out: all of it on the screen with what stands against it, corrected, sent back to its firm with a reason, or thrown away."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple, get_args

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.forms.screen import express
from domain.forms.values import hours_in_words
from domain.messages import Outbound
from domain.plain import code_of, id_of, number_of, text_of, whole_of
from domain.work.pay import PayBasis
from handlers import forms
from handlers.scene import Scene, row_id
from handlers.tell import for_others, tell
from handlers.turn import Turn
from handlers.voice import Voice
from handlers.work import fit_count, fitting, gate
from handlers.work.cards import parts
from storage.conversations import About
from storage.work import applications, posts, reviews
from storage.work.posts import Post

# What can be corrected one by one.
Part = Literal["title", "text", "pay", "windows", "headcount", "closes_on"]
PARTS: tuple[Part, ...] = get_args(Part)


class Standing(NamedTuple):
    """How a draft stands before the gate: what forbids it, or what a second person has to answer for; and whom it fits."""

    forbidden: str
    questions: str
    fit: int
    more: bool


def standing(scene: Scene, post: Post) -> Standing:
    """The gate's word on a draft, and how many mothers it fits as it is. Nothing changes."""
    forbidden, questions = "", ""
    try:
        questions = gate.findings_text(scene, gate.questions(scene, post))
    except Refused as refused:
        forbidden = for_others(scene.content).words(refused.phrase, **refused.values)
    fit = fit_count.count(scene, post)
    return Standing(forbidden, questions, fit.all, more=fit.more)


def look(turn: Turn, position_id: int) -> list[Outbound]:
    """The whole post, what the gate says, how many it fits, and what can be done with it."""
    post = gate.draft(turn, position_id)
    judged = standing(turn, post)
    first, *rest = parts(post.text) or [""]
    texts = [full_text(turn, post, text=first), *rest]
    says = [turn.words("positions.fit_least" if judged.more else "positions.fit", count=judged.fit)]
    if judged.forbidden:
        says.append(judged.forbidden)
    elif judged.questions:
        says.append(turn.words("positions.to_ask", findings=judged.questions))
    before = reviews.of_post(turn.tx, post.id)
    if before is not None and before.outcome in ("refused", "returned"):
        says.append(turn.words("positions.sent_back_before", reason=before.reason))
    go = () if judged.forbidden else ((turn.button("positions.publish_now", f"publish:{post.id}:yes"),),)
    steps = tuple(turn.button(f"positions.{verb}", f"post:{post.id}:{verb}") for verb in ("edit", "back", "drop"))
    return [*(Outbound(text=text) for text in texts), Outbound(text="\n".join(says), buttons=(*go, steps))]


def full_text(voice: Voice, post: Post, *, text: str) -> str:
    """Everything that a post says, with as much of its text."""
    hours = (
        express(hours_in_words(post.windows), voice.content.phrases, voice.language) if post.windows else voice.words("positions.any_time")
    )
    days = [
        voice.words(f"positions.{name}", day=day.isoformat()) for name, day in (("from", post.opens_on), ("until", post.closes_on)) if day
    ]
    return voice.words(
        "positions.whole",
        title=post.title,
        enterprise=post.enterprise,
        community=post.community,
        sector=voice.label("sectors", post.sector),
        mode=voice.label("modes", post.mode),
        pay=fitting.pay_text(voice, post),
        hours=hours,
        weekly=voice.words("positions.weekly", count=post.min_weekly_hours) if post.min_weekly_hours else "",
        fixed=voice.words("positions.fixed" if post.fixed else "positions.free"),
        headcount=post.headcount,
        days="，".join(days) or voice.words("positions.no_days"),
        text=text,
    )


def act(turn: Turn, argument: str) -> list[Outbound]:
    """改, 退回 or 作废 below a draft."""
    written, _, verb = argument.partition(":")
    post = gate.draft(turn, row_id(written))
    match verb:
        case "edit":
            return forms.start(turn, "post_edit", about={"post": post.id})
        case "back":
            return forms.start(turn, "post_back", about={"post": post.id})
        case "drop":
            yes = turn.button("positions.drop_yes", f"post:{post.id}:dropped")
            return [turn.say("positions.drop_sure", (yes,), (turn.button("positions.drop_no", f"publish:{post.id}"),), title=post.title)]
        case "dropped":
            discard(turn, post.id)
            return [turn.say("positions.dropped", title=post.title)]
    raise Refused("talk.old_button")


def edited(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """One thing is corrected, and the whole post is shown anew."""
    correct(turn, id_of(about, "post"), answers)
    return look(turn, id_of(about, "post"))


def correct(scene: Scene, position_id: int, answers: Answers) -> None:
    """Change one thing of a draft. Another pay has to be estimated anew. Raises Refused where it is no draft any more."""
    post = gate.draft(scene, position_id)
    part = code_of(answers, "part", PARTS)
    if not posts.correct(scene.tx, post.id, **_corrected(part, answers)):
        raise Refused("positions.published_before", title=post.title)
    scene.log("positions.correct", "position", post.id, part=part)


def _corrected(part: Part, answers: Answers) -> posts.Corrected:
    """The columns that an answer about one part changes."""
    match part:
        case "title":
            return {"title": text_of(answers, part) or ""}
        case "text":
            return {"text": text_of(answers, part) or ""}
        case "windows":
            return {"windows": text_of(answers, part) or ""}
        case "headcount":
            return {"headcount": whole_of(answers, "headcount") or 1}
        case "closes_on":
            return {"closes_on": date.fromisoformat(text_of(answers, "closes_on") or "")}
        case "pay":
            least, most = number_of(answers, "pay_min") or 0, number_of(answers, "pay_max")
            pay_max_fen = None if most is None else round(most * 100)
            basis = code_of(answers, "pay_basis", get_args(PayBasis))
            return {"pay_basis": basis, "pay_min_fen": round(least * 100), "pay_max_fen": pay_max_fen, "hourly_fen": None}


def returned(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """She wrote why it goes back."""
    post, told = send_back(turn, id_of(about, "post"), text_of(answers, "reason") or "")
    return [turn.say("positions.sent_back" if told else "positions.sent_back_nobody", title=post.title, enterprise=post.enterprise)]


def send_back(scene: Scene, position_id: int, reason: str) -> tuple[Post, int]:
    """Back to its firm, whose contacts are told why; as it is, nobody publishes it. The post, and how many were told. Raises Refused."""
    post = gate.draft(scene, position_id)
    reviews.send_back(scene.tx, post.id, [], digest=gate.digest(post), by=scene.person_id, reason=reason, now=scene.now)
    scene.log("positions.send_back", "position", post.id)
    contacts = applications.contacts(scene.tx, post.enterprise_id)
    if contacts:
        word = for_others(scene.content).say("positions.told_sent_back", title=post.title, reason=reason)
        tell(scene.tx, scene.content, contacts, "staff", word, now=scene.now)
    return post, len(contacts)


def discard(scene: Scene, position_id: int) -> None:
    """Throw a draft away; it stays closed when its list is read again. Raises Refused where it is no draft any more."""
    post = gate.draft(scene, position_id)
    if not posts.discard(scene.tx, post.id, now=scene.now):
        raise Refused("positions.published_before", title=post.title)
    scene.log("positions.discard", "position", post.id)
