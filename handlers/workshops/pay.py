"""Pay in chat: the office closes it and looks, the firm says that it paid, and she sees what she earned, month by month."""

from __future__ import annotations

import re

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.fund.beancount import yuan
from domain.messages import Button, Outbound
from domain.months import last_day, month_before, month_of
from domain.plain import code_of, id_of, number_of, text_of, whole_of
from domain.workshops.pay import ORDINARY, Day, Terms, Work
from handlers import forms
from handlers.links import MINUTES, link
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.workshops import counting, paying
from storage.conversations import About
from storage.workshops import counts, pay, slips
from storage.workshops.slips import Slip

SHOWN = 6
TERMS: tuple[Terms, ...] = ("employment", "contract")
DAYS: tuple[Day, ...] = ("workday", "rest", "holiday")
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


def overview(turn: Turn, _argument: str = "") -> list[Outbound]:
    """发工钱: what is to be closed, what waits for a second person, what is to be paid, and posts whose terms nobody has said."""
    where, today = turn.scopes("pay.close"), turn.today
    last = month_before(month_of(today))
    rows = []
    for month, until in ((last, last_day(last)), (month_of(today), today)):
        phrase = "pay.close" if month == last else "pay.close_short"
        rows += [
            (turn.button(phrase, f"pay_close:{one.enterprise_id}:{one.community_id}:{month}", firm=one.enterprise, month=month),)
            for one in pay.open_(turn.tx, where, until=until, limit=SHOWN)
        ]
    waiting = slips.waiting(turn.tx, where, limit=SHOWN)
    rows += [(turn.button("pay.look", f"pay_second:{one.id}", who=_who(turn, one), top_up=yuan(one.top_up_fen)),) for one in waiting]
    rows += [
        (turn.button("pay.is_paid", f"pay_paid:{one.enterprise_id}:{one.community_id}:{one.month}", firm=one.enterprise, month=one.month),)
        for one in slips.to_pay(turn.tx, where, limit=SHOWN)
    ]
    unset = [post for post in slips.posts(turn.tx, where, limit=SHOWN) if post.kind is None]
    rows += [(turn.button("pay.set_terms", f"pay_terms:{post.id}", title=post.title, firm=post.enterprise),) for post in unset]
    return [turn.say("pay.overview" if rows else "pay.quiet", *rows, waiting=len(waiting), unset=len(unset))]


def close(turn: Turn, argument: str) -> list[Outbound]:
    """`pay_close:3:7:2026-11` (firm, community, month)."""
    closed = paying.close(turn, *_which(argument))
    return [turn.say("pay.closed", (turn.button("pay.menu", "pays"),), **paying.said_of(closed))]


def second(turn: Turn, argument: str) -> list[Outbound]:
    """`pay_second:7` shows a slip below the minimum; `:yes` lets it be paid with its top-up."""
    number, _, verb = argument.partition(":")
    if verb == "yes":
        slip = paying.second(turn, row_id(number))
        return [turn.say("pay.looked", total=yuan(slip.total_fen))]
    slip_ = slips.get(turn.tx, row_id(number))
    if slip_ is None or not turn.may("pay.close", slip_.community_id):
        raise Refused("pay.gone")
    turn.log("pay.see", "slip", slip_.id)
    button = (turn.button("pay.agree", f"pay_second:{slip_.id}:yes"),)
    return [turn.say("pay.below", button, who=_who(turn, slip_), slip=in_words(turn, slip_))]


def paid(turn: Turn, argument: str) -> list[Outbound]:
    """`pay_paid:3:7:2026-11`: who pays says that it is paid."""
    settled = paying.paid(turn, *_which(argument))
    return [turn.say("pay.told_paid", women=len(settled), total=yuan(sum(slip.total_fen for slip in settled)))]


def of_firm(turn: Turn, _argument: str = "") -> list[Outbound]:
    """付工钱: what a firm has to pay, by community and month, in one sum; whom is nobody's affair there."""
    unpaid = slips.to_pay(turn.tx, turn.scopes("pay.tell"), limit=SHOWN)
    lines = [turn.words("pay.firm_line", community=one.community, month=one.month, women=one.women, total=yuan(one.fen)) for one in unpaid]
    rows = [
        (turn.button("pay.is_paid", f"pay_paid:{one.enterprise_id}:{one.community_id}:{one.month}", firm=one.community, month=one.month),)
        for one in unpaid
    ]
    return [turn.say("pay.firm" if unpaid else "pay.firm_none", *rows, lines="\n".join(lines))]


def is_firm(turn: Turn) -> bool:
    """Whether she is a firm's contact: the office has these buttons with its own."""
    return any(held.enterprise_id is not None for held in turn.roles())


def mine(turn: Turn, _argument: str = "") -> list[Outbound]:
    """我的工钱: what she earned by month, and what is counted and not closed yet."""
    own_slips = slips.of_person(turn.tx, turn.person_id, limit=SHOWN)
    pieces, fen = pay.of_person(turn.tx, turn.person_id)
    lines = [
        turn.words(
            "pay.line", month=one.month, firm=one.enterprise, total=yuan(one.total_fen), status=turn.label("slip_status", one.status)
        )
        for one in own_slips
    ]
    if pieces:
        lines.append(turn.words("pay.not_closed", pieces=pieces, total=yuan(fen)))
    rows = [(turn.button("pay.open", f"slip:{one.id}", month=one.month, total=yuan(one.total_fen)),) for one in own_slips]
    bags = {(bag.enterprise_id, bag.community_id): bag for bag in counts.of_person(turn.tx, turn.person_id)}
    rows += [(turn.button("pay.tell_hours", f"slip:hours:{bag.id}", item=bag.item),) for bag in bags.values()]
    rows.append((turn.button("pay.wrong", "hand_on:wage"),))
    return [turn.say("pay.mine" if lines else "pay.mine_none", *rows, lines="\n".join(lines))]


def slip(turn: Turn, argument: str) -> list[Outbound]:
    """`slip:7` shows one of hers, `:file` as a file; `:yes`, `:no` is her word on whether she has it; `slip:hours:7` asks how long she worked."""
    number, _, verb = argument.partition(":")
    if number == "hours":
        paying.bag_firm(turn, row_id(verb))
        return forms.start(turn, "pay_hours", about={"bag": row_id(verb)})
    if verb in ("yes", "no"):
        paying.confirm(turn, row_id(number), has_it=verb == "yes")
        return [turn.say("pay.confirmed" if verb == "yes" else "pay.somebody_looks")]
    shown = slips.get(turn.tx, row_id(number))
    if shown is None or shown.person_id != turn.person_id:
        raise Refused("pay.gone")
    if verb == "file":
        return [_file(turn, shown)]
    rows: list[tuple[Button, ...]] = [(turn.button("pay.file", f"slip:{shown.id}:file"),)]
    if shown.status in ("paid", "missing"):
        rows.insert(0, (turn.button("pay.got_it", f"slip:{shown.id}:yes"), turn.button("pay.got_less", f"slip:{shown.id}:no")))
    return [turn.say("pay.slip", *rows, slip=in_words(turn, shown))]


def _file(turn: Turn, chosen: Slip) -> Outbound:
    """A link to the slip as a file."""
    return turn.linked(turn.words("pay.file_ready", minutes=MINUTES), ("data.export_open", link(turn, "slip", chosen.id)))


def in_words(turn: Turn, slip: Slip) -> str:
    """A slip, line by line."""
    lines = [turn.words("pay.slip_head", number=slip.id, month=slip.month, firm=slip.enterprise, community=slip.community)]
    for item in slips.items(turn.tx, slip.id):
        phrase = "pay.slip_item" if item.percent == ORDINARY else "pay.slip_extra"
        fen = Work(item.pieces, item.rate_fen, item.percent).fen
        values = {"pieces": item.pieces, "rate": yuan(item.rate_fen), "percent": item.percent, "fen": yuan(fen)}
        lines.append(turn.words(phrase, item=item.item, **values))
    if slip.minutes is not None:
        lines.append(turn.words("pay.slip_hours", hours=f"{slip.minutes / 60:g}"))
    elif slip.terms != "contract":
        lines.append(turn.words("pay.slip_no_hours"))
    if slip.top_up_fen:
        lines.append(turn.words("pay.slip_top_up", floor=yuan(slip.floor_fen or 0), top_up=yuan(slip.top_up_fen)))
    status = turn.label("slip_status", slip.status)
    paid_on = f"{slip.paid_on:%m-%d}" if slip.paid_on else ""
    lines.append(turn.words("pay.slip_total", total=yuan(slip.total_fen), status=status, paid_on=paid_on))
    return "\n".join(lines)


def hours_told(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """She told how long she worked this month."""
    firm, place = paying.bag_firm(turn, id_of(about, "bag"))
    month = month_of(turn.today)
    paying.tell_hours(turn, firm, place, month, round((number_of(answers, "hours") or 0.0) * 60))
    return [turn.say("pay.hours_told", month=month)]


def terms(turn: Turn, argument: str) -> list[Outbound]:
    """`pay_terms:7` asks whether a post is employment or a contract."""
    if row_id(argument) not in [post.id for post in slips.posts(turn.tx, turn.scopes("pay.close"), limit=1000)]:
        raise Refused("pay.gone")
    return forms.start(turn, "pay_terms", about={"position": row_id(argument)})


def terms_told(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The terms of a post."""
    kind = code_of(answers, "kind", TERMS)
    paying.set_terms(turn, id_of(about, "position"), kind, text_of(answers, "word") or "", whole_of(answers, "quota"))
    return [turn.say("pay.terms_set")]


def extra(turn: Turn, argument: str) -> list[Outbound]:
    """`pay_extra:7` asks for the pieces of a return that were made beyond the quota."""
    row = counting.managed_count(turn, row_id(argument))
    if row.kind != "back" or slips.quota_of(turn.tx, row.lot_id) is None:
        raise Refused("pay.no_quota")
    return forms.start(turn, "pay_extra", about={"count": row.id})


def extra_told(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """Pieces beyond the quota."""
    paying.beyond_quota(turn, id_of(about, "count"), code_of(answers, "day", DAYS), whole_of(answers, "pieces") or 0)
    return [turn.say("pay.extra_told")]


def _which(argument: str) -> tuple[int, int, str]:
    firm, _, rest = argument.partition(":")
    place, _, month = rest.partition(":")
    if not _MONTH.fullmatch(month):
        raise Refused("talk.old_button")
    return row_id(firm), row_id(place), month


def _who(turn: Turn, one: Slip) -> str:
    return turn.called(one.name, str(one.person_id))
