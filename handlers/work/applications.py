"""Her side of an application: 我想去, her consent before a firm gets her data, her place or number, and 不去了 at any time."""

from __future__ import annotations

from dataclasses import replace

from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.work.applications import OPEN, OVER
from handlers import choices
from handlers.capability import Matter
from handlers.scene import Scene, row_id
from handlers.tell import for_others, may_allow, tell
from handlers.turn import Turn
from handlers.work import fitting, placements
from handlers.work.placements import existing, tell_staff, tried
from handlers.work.wording import about_her, clock, decision, held_until, trial_time, trial_words, work_row
from storage.people import consents, my_data, persons
from storage.work import applications, offers, places
from storage.work.applications import Application
from storage.work.posts import Post

# Of the words of `applications.consent`; to be raised with them.
CONSENT_VERSION = 1
SHOWN = 10


def want(turn: Turn, argument: str) -> list[Outbound]:
    """我想去: first, once for each firm, whether it may have her data; then a place for her, or a number on the list."""
    number, _, answer = argument.partition(":")
    post = fitting.public(turn, number)
    firm = post.enterprise_id
    before = applications.find(turn.tx, turn.person_id, post.id)
    if before is not None and answer == "yes" and before.status in OPEN:
        return _agree(turn, before)
    if before is not None and before.status not in OVER:
        return [turn.say("applications.applied_before", (turn.button("menu.mine", "menu:mine"),), title=post.title)]
    if answer == "yes":
        consents.agree(turn.tx, turn.person_id, applications.PURPOSE, version=CONSENT_VERSION, enterprise_id=firm, now=turn.now)
    agreed = consents.has(turn.tx, turn.person_id, applications.PURPOSE, enterprise_id=firm)
    if answer != "no" and not agreed and not applications.asked_before(turn.tx, turn.person_id, firm):
        return [_ask(turn, post)]
    application = places.apply(turn.tx, turn.person_id, post.id, now=turn.now)
    if application is None:
        return [turn.say("applications.applied_before", (turn.button("menu.mine", "menu:mine"),), title=post.title)]
    offers.answered(turn.tx, turn.person_id, post.id, "applied", now=turn.now)
    placements.pass_on(turn, post.id, replied=application)
    row = existing(turn.tx, application)
    buttons: list[tuple[Button, ...]] = [(turn.button("applications.out", f"mine:{application}:out"),)]
    if not agreed:
        buttons.append((turn.button("applications.agree", f"mine:{application}:agree", enterprise=row.enterprise),))
    buttons += may_allow(turn, "answer", "appointment")
    if row.status == "waiting":
        return [turn.say("applications.waiting", *buttons, title=row.title, number=applications.number(turn.tx, application))]
    phrase, until = "applications.applied_to_firm" if agreed else "applications.applied", held_until(turn, row, turn.now)
    return [turn.say(phrase, *buttons, title=row.title, until=until, community=row.community, enterprise=row.enterprise)]


def _ask(turn: Turn, post: Post) -> Outbound:
    """What exactly this firm would get, and both answers."""
    person, profile = persons.get(turn.tx, turn.person_id), persons.profile(turn.tx, turn.person_id)
    skills, windows = (profile.skills, profile.windows) if profile is not None else ([], "")
    data = about_her(turn, name=person.name, phone=person.phone, skills=skills, windows=windows)
    buttons = [
        (turn.button("applications.agree", f"apply:{post.id}:yes", enterprise=post.enterprise),),
        (turn.button("applications.by_community", f"apply:{post.id}:no"),),
    ]
    if turn.words("applications.not_given") in (data["name"], data["phone"]):
        buttons.append((turn.button("applications.fill_in", "menu:data"),))
    return turn.say("applications.consent", *buttons, enterprise=post.enterprise, **data)


def mine(turn: Turn, _argument: str = "") -> list[Outbound]:
    """我的报名: how each of hers stands, with what she can do about it."""
    rows = applications.of_person(turn.tx, turn.person_id, limit=SHOWN)
    if not rows:
        return [turn.say("applications.none_yet", work_row(turn))]
    lines = [turn.words("applications.mine")]
    buttons: list[tuple[Button, ...]] = []
    for number, row in enumerate(rows, 1):
        status = standing(turn, row)
        lines.append(turn.words("applications.line", number=number, title=row.title, enterprise=row.enterprise, status=status))
        buttons += [(button,) for button in _choices(turn, row, number if len(rows) > 1 else None)]
    return [Outbound(text="\n".join(lines), buttons=tuple(buttons))]


def matters(turn: Turn) -> list[Matter]:
    """How each of hers stands, for 我的事."""
    opens = turn.button("menu.mine", "menu:mine")
    rows = applications.of_person(turn.tx, turn.person_id, limit=SHOWN)
    return [
        Matter(turn.words("matters.application", title=row.title, enterprise=row.enterprise, status=standing(turn, row)), opens)
        for row in rows
        if row.status in OPEN
    ]


def standing(turn: Turn, row: Application) -> str:
    """How an application stands, in her words."""
    phrase = f"applications.status_{row.status}"
    if row.status == "waiting":
        return turn.words(phrase, number=applications.number(turn.tx, row.id))
    if row.status == "applied":
        return turn.words(f"{phrase}{'_other_time' if row.reason == 'other_time' else ''}", until=held_until(turn, row, turn.now))
    if row.status == "trial":
        if tried(row, turn.now):
            return turn.words(f"{phrase}_past")
        return turn.words(f"{phrase}{'_coming' if row.reason == 'coming' else ''}", **trial_words(turn, row))
    return turn.words(phrase)


def _choices(turn: Turn, row: Application, number: int | None) -> list[Button]:
    """What she can do about one of hers now; with its number where there are several."""
    if row.status not in OPEN:
        return []
    verbs = {"other": "other_time", "coming": "coming", "started": "i_started", "not": "not_started", "out": "out", "agree": "agree"}
    can = ["out"]
    if tried(row, turn.now):
        can = ["started", "not"]
    elif row.status == "trial":
        can = ["other", "out"] if row.reason == "coming" else ["coming", "other", "out"]
    if not row.agreed:
        can.append("agree")
    tail = "" if number is None else "_number"
    values = {"number": number, "title": row.title, "enterprise": row.enterprise}
    return [turn.button(f"applications.{verbs[verb]}{tail}", f"mine:{row.id}:{verb}", **values) for verb in can]


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A button below one of hers, perhaps an old one: what cannot be done any more shows how it stands instead."""
    number, _, verb = argument.partition(":")
    row = applications.get(turn.tx, row_id(number))
    if row is None or row.person_id != turn.person_id or verb not in _VERBS:
        raise Refused("talk.old_button")
    return _VERBS[verb](turn, row) or mine(turn)


def _sure(turn: Turn, row: Application) -> list[Outbound]:
    """One wrong tap must not lose her the place."""
    if row.status not in OPEN:
        return []
    buttons = (turn.button("applications.out_yes", f"mine:{row.id}:leave"), turn.button("applications.out_no", "menu:mine"))
    return [turn.say("applications.sure_out", buttons, title=row.title)]


def leave(scene: Scene, row: Application) -> bool:
    """She takes one of hers back, and who answers for it is told; False where it cannot be any more."""
    if not placements.change(scene, row, "withdrawn", by=scene.person_id):
        return False
    if row.holds:
        tell_staff(scene, row, "applications.out_staff")
    return True


def _leave(turn: Turn, row: Application) -> list[Outbound]:
    return [turn.say("applications.out_done", work_row(turn), title=row.title)] if leave(turn, row) else []


def _coming(turn: Turn, row: Application) -> list[Outbound]:
    if row.status != "trial" or tried(row, turn.now):
        return []
    if row.reason != "coming":
        places.note(turn.tx, row.id, was="trial", reason="coming")
        tell_staff(turn, row, "applications.coming_staff", when=trial_time(turn, row))
    return [turn.say("applications.coming_done", **trial_words(turn, row))]


def _other_time(turn: Turn, row: Application) -> list[Outbound]:
    """换个时间: they are asked at once, and she can say which day would do."""
    said = other_time(turn, row)
    return [replace(one, buttons=(*days(turn, row.id), *one.buttons)) for one in said]


def days(turn: Turn, application_id: int) -> list[tuple[Button, ...]]:
    """The next days, to say on which she can come."""
    buttons = [Button(str(one.label), f"running:{application_id}:day:{one.name}") for one in choices.days(turn)]
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def other_time(turn: Turn, row: Application, *, day: str = "") -> list[Outbound]:
    """Back to the one who answers, with the day that she wishes; her place is held anew meanwhile. Nothing where it is no trial to come."""
    hold = turn.content.rules.hold
    until = turn.now + hold
    if row.status != "trial" or tried(row, turn.now):
        return []
    dated: places.Dated = {"held_until": until, "due_at": turn.now + hold / 2, "trial_at": None, "trial_place": "", "reason": "other_time"}
    if not placements.change(turn, row, "applied", by=turn.person_id, **dated):
        return []
    phrase = "applications.other_day_staff" if day else "applications.other_time_staff"
    tell_staff(turn, row, phrase, *decision(turn, row.id), until=clock(turn, until), day=day)
    done = "applications.other_day_done" if day else "applications.other_time_done"
    return [turn.say(done, (turn.button("applications.out", f"mine:{row.id}:out"),), day=day)]


def _started(turn: Turn, row: Application) -> list[Outbound]:
    if not tried(row, turn.now) or not placements.start(turn, row):
        return []
    tell_staff(turn, row, "applications.her_started")
    return [turn.say("applications.started_done")]


def _not_started(turn: Turn, row: Application) -> list[Outbound]:
    if not tried(row, turn.now) or not placements.change(turn, row, "missed", by=turn.person_id, reason="her_word"):
        return []
    tell_staff(turn, row, "applications.her_not_started")
    return [turn.say("applications.not_started_done", work_row(turn))]


def _agree(turn: Turn, row: Application) -> list[Outbound]:
    """同意给…, later: from now on the firm's contacts see this one too."""
    if row.status not in OPEN:
        return []
    firm = row.enterprise_id
    if not row.agreed:
        consents.agree(turn.tx, turn.person_id, applications.PURPOSE, version=CONSENT_VERSION, enterprise_id=firm, now=turn.now)
        if row.holds:
            buttons = decision(turn, row.id) if row.status == "applied" else ()
            tell_staff(turn, existing(turn.tx, row.id), "applications.agreed_now", *buttons)
    return [turn.say("applications.agreed", enterprise=row.enterprise)]


_VERBS = {
    "out": _sure,
    "leave": _leave,
    "coming": _coming,
    "other": _other_time,
    "started": _started,
    "not": _not_started,
    "agree": _agree,
}


def withdrawn(scene: Scene, enterprise_id: int) -> None:
    """She takes back that this firm has her data: its contacts and the coordinators of its posts are told to delete it (PIPL 15, 47).

    To be called after the consent was withdrawn.
    """
    voice, rows = for_others(scene.content), applications.at_enterprise(scene.tx, scene.person_id, enterprise_id)
    if not rows:
        return
    whom = applications.contacts(scene.tx, enterprise_id)
    for row in rows:
        whom += placements.answerers(scene.tx, row)
    word = voice.say("applications.delete_her", who=voice.called(rows[0].name, rows[0].key), enterprise=rows[0].enterprise)
    told = [person for person in dict.fromkeys(whom) if person != scene.person_id]
    tell(scene.tx, scene.content, told, "correction", word, now=scene.now)
    scene.log("consent.withdraw", "enterprise", enterprise_id)


def give_up(scene: Scene) -> None:
    """Before her data are erased: firms that have them are told, places at posts are given back."""
    for firm in my_data.employers(scene.tx, scene.person_id):
        my_data.withdraw_employer(scene.tx, scene.person_id, firm.id, now=scene.now)
        withdrawn(scene, firm.id)
    for row in applications.of_person(scene.tx, scene.person_id, limit=100):
        if row.status in OPEN:
            leave(scene, row)
