"""群发: written in a form, looked at, approved by a second person where many get it, watched, stopped at any moment, corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from itertools import islice

from sqlalchemy import Connection

from domain.access import TABLE, Held, Scope, scopes
from domain.broadcasts.audience import Audience, covered, doubt, limited, not_read, read_audience
from domain.broadcasts.named import likely
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.plain import text_of, texts_of
from handlers import forms
from handlers.broadcasts import deciding
from handlers.broadcasts.words import button, moment, places, preview, progress, short, whom
from handlers.capability import Read, Work, Write
from handlers.content import Content
from handlers.scene import row_id
from handlers.tell import body, outbound_of, tell
from handlers.turn import Turn
from storage.broadcasts import meant, pictures, queue, results
from storage.broadcasts.queue import Broadcast
from storage.conversations import About
from storage.people import persons
from storage.staff import roles

SHOWN = 10
NAMES = 20
TAPS = ("join", "read")
# Behind 发出 and 定时, where the whole city was meant.
CITY_MEANT = "city"


def write(turn: Turn, _argument: str = "") -> list[Outbound]:
    """The form of a new notice."""
    _where(turn)
    return forms.start(turn, "broadcast")


def finished(turn: Turn, _conversation: int, answers: Answers, _about: About) -> list[Outbound]:
    """What she wrote is a draft now; she sees it as others would."""
    return _first_shown(turn, compose(turn, answers))


def compose(turn: Turn, answers: Answers) -> int:
    """Store a draft; its number. Raises Refused where it is for nobody she may write to."""
    where = _where(turn)
    audience = limited(audience_of(turn, answers), where)
    if audience is None:
        raise Refused("broadcasts.outside")
    urgent = answers.get("haste") == "yes"
    number = queue.add(
        turn.tx, "urgent" if urgent else "broadcast", audience=audience, urgent=urgent, created_by=turn.person_id, now=turn.now
    )
    queue.write(turn.tx, number, body(_said(turn, number, answers)))
    return number


def count_few(turn: Turn, number: int) -> bool:
    """A few are counted at once; False where there are many, who are counted beside the talk (tick `broadcasts`)."""
    if not queue.few(turn.tx):
        return False
    notice = deciding.readable(turn, number)
    queue.counted(turn.tx, notice, meant.count(turn.tx, notice, now=turn.now))
    return True


def _first_shown(turn: Turn, number: int) -> list[Outbound]:
    """The preview, now or when many are counted."""
    if not count_few(turn, number):
        return [turn.say("broadcasts.counting")]
    return _shown(turn, deciding.readable(turn, number))


def counted(tx: Connection, *, content: Content, notice: Broadcast, found: dict[str, int], now: datetime) -> None:
    """The count of a large audience is there: its writer sees the draft."""
    if queue.counted(tx, notice, found):
        turn = Turn.to(tx, content, notice.created_by, now=now)
        fresh = queue.get(tx, notice.id)
        said = _preview(turn, fresh) if fresh and found else turn.say("broadcasts.nobody")
        tell(tx, content, [notice.created_by], "answer", said, now=now)


def count_waiting(content: Content, now: Callable[[], datetime]) -> Work:
    """Large audiences are counted beside the talk, one after the other."""
    while (notice := (yield Read(queue.uncounted))) is not None:
        found = yield Read(partial(meant.count, broadcast=notice, now=now()))
        yield Write(partial(counted, content=content, notice=notice, found=found, now=now()))


def _where(turn: Turn) -> list[Scope]:
    return turn.scopes("broadcasts.write")


def audience_of(turn: Turn, answers: Answers) -> Audience:
    """For whom the answers say that it is. Raises Refused for words that leave a doubt."""
    if answers.get("whom") == "words":
        return _in_words(turn, str(answers["words"]))
    if answers.get("whom") != "pick":
        return Audience()
    codes = texts_of(answers, "places")
    chosen = tuple(Scope(row.id) for row in persons.communities(turn.tx) if row.code in codes)
    low, _, high = str(answers.get("child") or "").partition("-")
    return Audience(
        places=chosen,
        months=(int(low), int(high)) if low else None,
        skills=tuple(texts_of(answers, "skills")),
        modes=tuple(texts_of(answers, "modes")),
        status=text_of(answers, "status") or "",
        channel=text_of(answers, "channel") or "",
    )


def _in_words(turn: Turn, words: str) -> Audience:
    """Whom her words mean. A place that is not found is never the whole city: Refused says which may be meant."""
    known = places(turn)
    audience = read_audience(words, known)
    if unread := not_read(words, known):
        names = turn.words("broadcasts.between").join(likely(unread, known))
        raise Refused("broadcasts.words_likely" if names else "broadcasts.words_unread", said=unread, names=names)
    if why := doubt(words, audience):
        raise Refused(f"broadcasts.words_{why}")
    cells = [place for place in audience.places if place.cell_id is not None and covered(Audience(places=(place,)), _where(turn))]
    if len({cell.community_id for cell in cells}) > 1 and len({place.name for place in known if place.scope in cells}) == 1:
        raise Refused("broadcasts.words_which", name=next(place.name for place in known if place.scope in cells))
    return audience


def _said(turn: Turn, number: int, answers: Answers) -> Outbound:
    text = str(answers["text"]).strip()
    if link := answers.get("link"):
        text = f"{text}\n{turn.words('broadcasts.link', url=link)}"
    picture = str(answers.get("picture") or "").strip()
    if picture and pictures.get(turn.tx, picture) is None:
        raise Refused("broadcasts.no_picture")
    chosen = [name for name in TAPS if name in texts_of(answers, "buttons")]
    row = tuple(turn.button(f"broadcasts.button_{name}", f"broadcast_tap:{number}:{name}") for name in chosen)
    return Outbound(text=text, buttons=(row,) if row else (), picture=picture)


# Looking at it, sending it, throwing it away.


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A button of staff: `verb:notice` with what else it needs; made-up ones find nothing."""
    verb, _, rest = argument.partition(":")
    number, _, more = rest.partition(":")
    if verb not in _VERBS:
        raise Refused("broadcasts.gone")
    return _VERBS[verb](turn, deciding.readable(turn, row_id(number)), more)


def _shown(turn: Turn, notice: Broadcast, _more: str = "") -> list[Outbound]:
    """A draft with everything to know before it goes."""
    if not _counted(notice):
        raise Refused("broadcasts.nobody")
    return [_preview(turn, notice)]


def _counted(notice: Broadcast) -> dict[str, int]:
    return dict(notice.audience.get("counted") or {})


def _preview(turn: Turn, notice: Broadcast) -> Outbound:
    found = _counted(notice)
    rows = (
        (button(turn, "broadcasts.test", "test", notice),),
        (button(turn, "broadcasts.go", "go", notice), button(turn, "broadcasts.at", "at", notice)),
        (button(turn, "broadcasts.void", "void", notice),),
    )
    return replace(preview(turn, notice, found, second=_second(turn, notice, sum(found.values()))), buttons=rows)


def _second(turn: Turn, notice: Broadcast, count: int) -> bool:
    return bool(notice.urgent) or count > turn.content.rules.approve_above


def _test(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    deciding.own(turn, notice)
    return [outbound_of(notice.body)]


def _void(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    deciding.void(turn, notice)
    return [turn.say("broadcasts.voided", number=notice.id)]


def _at(turn: Turn, notice: Broadcast, more: str) -> list[Outbound]:
    deciding.own(turn, notice)
    if notice.status != "draft":
        raise Refused("broadcasts.gone")
    if _whole_city(notice) and more != CITY_MEANT:
        return _ask_city(turn, notice, "at")
    return forms.start(turn, "broadcast_time", about={"notice": notice.id})


def timed(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """When it shall go."""
    notice = deciding.readable(turn, int(about["notice"]))
    deciding.own(turn, notice)
    hour = str(answers["hour"])
    clock = time(int(hour[:2]), int(hour[2:]))
    at = datetime.combine(date.fromisoformat(str(answers["day"])), clock, LOCAL)
    if at <= turn.now:
        raise Refused("broadcasts.past")
    return _ask_or_start(turn, notice, at)


def _go(turn: Turn, notice: Broadcast, more: str) -> list[Outbound]:
    deciding.own(turn, notice)
    if _whole_city(notice) and more != CITY_MEANT:
        return _ask_city(turn, notice, "go")
    return _ask_or_start(turn, notice, turn.now)


def _whole_city(notice: Broadcast) -> bool:
    """Whether no place narrows it; a correction goes to exactly those who got the wrong one."""
    return notice.corrects is None and not Audience.from_json(notice.audience).places


def _ask_city(turn: Turn, notice: Broadcast, verb: str) -> list[Outbound]:
    """The whole city is a tap of its own."""
    count = sum(_counted(notice).values())
    yes = turn.button("broadcasts.city_yes", f"broadcast:{verb}:{notice.id}:{CITY_MEANT}", count=count)
    return [
        turn.say("broadcasts.city_sure", (yes,), (button(turn, "broadcasts.void", "void", notice),), whom=whom(turn, notice), count=count)
    ]


def _ask_or_start(turn: Turn, notice: Broadcast, at: datetime) -> list[Outbound]:
    asked_ = send(turn, notice, at)
    if asked_:
        return [turn.say("broadcasts.told_second", (button(turn, "broadcasts.void", "void", notice),), count=asked_)]
    return _started(turn, notice, at)


def send(turn: Turn, notice: Broadcast, at: datetime) -> int:
    """It goes then, or a second person's word is asked for; how many were asked, 0 where it goes. Raises Refused."""
    deciding.own(turn, notice)
    count = sum(_counted(notice).values())
    if not count:
        raise Refused("broadcasts.nobody")
    second = _second(turn, notice, count)
    if not queue.move(turn.tx, notice.id, ["draft"], "asked" if second else "approved", starts_at=at):
        raise Refused("broadcasts.gone")
    turn.log("broadcasts.write", "notice", notice.id)
    return _ask(turn, notice, at, count) if second else 0


def _started(turn: Turn, notice: Broadcast, at: datetime) -> list[Outbound]:
    see = (button(turn, "broadcasts.see", "see", notice), button(turn, "broadcasts.stop", "stop", notice))
    if at > turn.now:
        return [turn.say("broadcasts.approved_at", see, number=notice.id, at=moment(turn, at))]
    return [turn.say("broadcasts.approved", see, number=notice.id)]


# The second person.


def _ask(turn: Turn, notice: Broadcast, at: datetime, count: int) -> int:
    whom_ = _approvers(turn, notice)
    if not whom_:
        raise Refused("broadcasts.no_second")
    # For an urgent one staff are woken, as for a danger.
    tell(turn.tx, turn.content, whom_, "danger" if notice.urgent else "staff", _request(turn, notice, at, count), now=turn.now)
    return len(whom_)


def _request(turn: Turn, notice: Broadcast, at: datetime, count: int) -> Outbound:
    said = outbound_of(notice.body)
    starts = turn.words("broadcasts.starts_at", at=moment(turn, at)) if at > turn.now else turn.words("broadcasts.starts_now")
    urgent = turn.words("broadcasts.urgent") if notice.urgent else ""
    row = (button(turn, "broadcasts.approve", "yes", notice), button(turn, "broadcasts.refuse", "no", notice))
    text = turn.words("broadcasts.ask", urgent=urgent, whom=whom(turn, notice), count=count, starts=starts, text=said.text)
    return Outbound(text=text, buttons=(row,), picture=said.picture)


def _approvers(turn: Turn, notice: Broadcast) -> list[int]:
    """Everybody else whose scope covers the whole audience."""
    audience = Audience.from_json(notice.audience)
    candidates = dict.fromkeys(person for role in sorted(TABLE["broadcasts.approve"]) for person in roles.everybody(turn.tx, role))
    return [one for one in candidates if one != notice.created_by and covered(audience, scopes(_held(turn, one), "broadcasts.approve"))]


def _held(turn: Turn, person_id: int) -> list[Held]:
    return roles.roles_of(turn.tx, person_id)


def asked(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What waits for her word."""
    where = turn.scopes("broadcasts.approve")
    mine = (row for row in queue.asked(turn.tx) if row.created_by != turn.person_id and covered(Audience.from_json(row.audience), where))
    found = [_request(turn, row, row.starts_at or turn.now, sum(_counted(row).values())) for row in islice(mine, SHOWN)]
    return found or [turn.say("broadcasts.none_asked")]


def _yes(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    deciding.approve(turn, notice)
    return _started(turn, notice, notice.starts_at or turn.now)


def _no(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    deciding.refuse(turn, notice)
    return [turn.say("broadcasts.refused", number=notice.id)]


# Watching it, stopping it, correcting it.


def mine(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What she wrote, newest first."""
    _where(turn)
    rows = queue.of(turn.tx, turn.person_id, limit=SHOWN)
    if not rows:
        return [turn.say("broadcasts.none_mine", (turn.button("broadcasts.menu_write", "broadcast_write"),))]
    lines = [
        turn.words("broadcasts.line", number=row.id, status=turn.words(f"broadcasts.status_{row.status}"), text=short(row)) for row in rows
    ]
    buttons = tuple(
        (Button(line, f"broadcast:{'draft' if row.status == 'draft' else 'see'}:{row.id}"),) for line, row in zip(lines, rows, strict=True)
    )
    return [turn.say("broadcasts.menu_mine", *buttons)]


def _see(turn: Turn, notice: Broadcast, _more: str = "") -> list[Outbound]:
    """How it goes, in the same message each time it is asked for."""
    text, counted = progress(turn, notice)
    rows: list[tuple[Button, ...]] = [(button(turn, "broadcasts.refresh", "see", notice),)]
    if notice.status in queue.STOPPABLE:
        rows[0] += (button(turn, "broadcasts.stop", "stop", notice),)
    if notice.status in ("choosing", "sending", "listing", "stopped", "done"):
        rows.append((button(turn, "broadcasts.correct", "fix", notice),))
    if signed := counted.tapped.get("join"):
        rows.append((turn.button("broadcasts.names", f"broadcast:names:{notice.id}", count=signed),))
    said = Outbound(text=text, buttons=tuple(rows))
    return [replace(said, edits=turn.tapped) if turn.tapped and turn.channel.edits else said]


def _stop(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    """From now on nothing of it is sent; what is on its way counts as sent."""
    if not deciding.stop(turn, notice):
        raise Refused("broadcasts.gone")
    return [turn.say("broadcasts.stopped"), *_see(turn, deciding.readable(turn, notice.id))]


def _fix(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    return forms.start(turn, "correction", about={"notice": notice.id})


def corrected(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """A correction for exactly those who got it; what of the wrong one is not sent yet stays unsent."""
    return _first_shown(turn, correct(turn, deciding.readable(turn, int(about["notice"])), str(answers["text"])))


def correct(turn: Turn, wrong: Broadcast, said: str) -> int:
    """Stop it, and store a correction as a draft; its number."""
    deciding.stop(turn, wrong)
    number = queue.add(
        turn.tx,
        "urgent" if wrong.urgent else "correction",
        audience=Audience.from_json(wrong.audience),
        urgent=wrong.urgent,
        created_by=turn.person_id,
        now=turn.now,
        corrects=wrong.id,
    )
    text = turn.words("broadcasts.correction", text=said.strip())
    queue.write(turn.tx, number, body(Outbound(text=text)))
    return number


def _names(turn: Turn, notice: Broadcast, more: str) -> list[Outbound]:
    """Who signed up, of those she may see; every name is logged."""
    where = scopes(turn.roles(), "people.see")
    after = row_id(more)
    rows = results.joined(turn.tx, notice.id, where, limit=NAMES + 1, after=after)
    if not rows:
        return [turn.say("broadcasts.no_names")]
    lines = [turn.words("broadcasts.names_head", number=notice.id)]
    for place, row in enumerate(rows[:NAMES], 1):
        turn.log("people.see", "person", row.person_id)
        phone = row.phone or turn.words("staff.no_phone")
        lines.append(turn.words("broadcasts.names_line", row=place, who=turn.called(row.name, row.key), phone=phone))
    choice = f"broadcast:names:{notice.id}:{rows[NAMES - 1].id}" if len(rows) > NAMES else ""
    return [Outbound(text="\n".join(lines), buttons=((turn.button("broadcasts.more_names", choice),),) if choice else ())]


def tapped(turn: Turn, argument: str) -> list[Outbound]:
    """报名 or 已读 below a notice, by one who got it; others, and made-up ones, change nothing."""
    number, _, what = argument.partition(":")
    notice = queue.get(turn.tx, row_id(number))
    if notice is None or what not in TAPS:
        raise Refused("broadcasts.gone")
    if results.tapped(turn.tx, notice.id, turn.person_id, what, now=turn.now):
        return [turn.say("broadcasts.thanks_join" if what == "join" else "broadcasts.thanks_read")]
    raise Refused("broadcasts.own_tap" if notice.created_by == turn.person_id else "broadcasts.gone")


_VERBS: dict[str, Callable[[Turn, Broadcast, str], list[Outbound]]] = {
    "draft": _shown,
    "test": _test,
    "go": _go,
    "at": _at,
    "void": _void,
    "yes": _yes,
    "no": _no,
    "see": _see,
    "stop": _stop,
    "fix": _fix,
    "names": _names,
}
