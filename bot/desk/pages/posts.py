"""Posts: the list with its filters, one post whole with what speaks against it, and how it is written, published, returned and closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.desk.page import Asked, Deed, Go, Look, Page, View
from bot.desk.places import communities_in
from domain.access import scopes
from domain.errors import Refused
from domain.lists import KINDS
from domain.work.wages import estimate_fen
from handlers.work import correcting, fit_count, fitting, gate, publishing, reviewing, withdrawals, writing
from handlers.work.publishing import Published, Queried
from handlers.work.withdrawals import REASONS
from storage import lists
from storage.desk import posts as listed
from storage.work import posts, reviews
from storage.work.posts import Post
from storage.work.reviews import Finding

SIZE = 50
BASES = ("piece", "hour", "day", "month")


def show(look: Look) -> View:
    """The list."""
    where, first = look.scopes("positions.write"), look.query.id("from")
    asked = _asked(look)
    rows = listed.listed(look.tx, where, asked, first=first, limit=SIZE)
    places = communities_in(look, where)
    values = {"posts": rows, "total": listed.count(look.tx, where, asked), "first": first, "size": SIZE, "communities": places}
    return View("posts.html", {**values, "standings": listed.STANDINGS, "office": _office(look)})


def _asked(look: Look) -> listed.Asked:
    query = look.query
    standing = next((one for one in listed.STANDINGS if one == query.text("status")), None)
    words, community = query.text("words", 40), query.id("community")
    return listed.Asked(
        standing=standing,
        words=words,
        community_id=community,
        sector=query.text("sector", 40),
        mode=query.text("mode", 40),
        enterprise_id=query.id("firm"),
    )


def _office(asked: Asked) -> bool:
    """Whether she publishes posts, and is not only a firm's contact."""
    return bool(scopes(asked.roles(), "positions.publish"))


class Standing(NamedTuple):
    """What stands in the way of a draft: nothing, questions that a second person answers, or what nobody may publish."""

    questions: Sequence[Finding]
    blocked: str


def one(look: Look) -> View:
    """One post whole."""
    post = writing.readable(look, look.row())
    standing = _standing(look, post)
    review = reviews.of_post(look.tx, post.id) if post.status == "draft" else None
    voice = look.voice
    values: dict[str, object] = {
        "post": post,
        "marked": list(marked(post.text, [finding["quote"] for finding in _all_findings(look, post)])),
        "pay": fitting.pay_text(voice, post),
        "standing": standing,
        "explained": gate.findings_text(look, standing.questions) if standing.questions else "",
        "review": review,
        "back": review is not None and review.outcome == "returned",
        "own_review": review is not None and review.asked_by == look.person_id,
        "may_publish": look.may("positions.publish", post.community_id),
        "needs_estimate": post.pay_basis == "piece" and estimate_fen(post.pay) is None,
        "reasons": REASONS,
        "fit": None,
        "told": 0,
        "waiting": 0,
    }
    if post.status == "draft" and values["may_publish"]:
        values["fit"] = fit_count.count(look, post)
    if post.status in ("published", "filled"):
        values["told"], values["waiting"] = len(reviews.told_of(look.tx, post.id)), reviews.waiting_for(look.tx, post.id)
    look.log("positions.see", "position", post.id)
    return View("post.html", values)


def _standing(look: Look, post: Post) -> Standing:
    if post.status != "draft":
        return Standing([], "")
    try:
        return Standing(gate.questions(look, post), "")
    except Refused as refused:
        return Standing([], look.voice.words(refused.phrase, **refused.values))


def _all_findings(look: Look, post: Post) -> list[Finding]:
    """Everything that was found in the words, whether it blocks or asks."""
    from domain.screening import screen

    return [{"code": finding.code, "quote": finding.quote} for finding in screen(f"{post.title}\n{post.text}").findings]


def marked(text: str, quotes: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """A text in pieces, each with whether it was found."""
    spots = sorted((text.find(quote), len(quote)) for quote in quotes if quote and quote in text)
    at = 0
    for start, length in spots:
        if start < at:
            continue
        yield text[at:start], False
        yield text[start : start + length], True
        at = start + length
    yield text[at:], False


def form(look: Look) -> View:
    """A new post, a copy of one, or one that is changed."""
    post = writing.writable(look, look.row()) if "id" in look.path else None
    copied = writing.readable(look, look.query.id("copy")) if look.query.id("copy") else None
    shown = post or copied
    typed = writing.typed_of(look, shown) if shown is not None else {}
    return _form(look, typed, post)


def _form(asked: Asked, typed: dict[str, str], post: Post | None, wrong: Sequence[str] = ()) -> View:
    where = asked.scopes("positions.write")
    firms = sorted(writing.firms(asked, where).items(), key=lambda row: row[1])
    titles = {column.name: column.title for column in writing.KIND.columns}
    firm_only = all(scope.enterprise_id is not None for scope in where)
    places = lists.names(asked.tx, KINDS["communities"])
    mine = {row.code for row in communities_in(asked, where)}
    values = {"typed": typed, "post": post, "firms": firms, "titles": titles, "wrong": list(wrong), "bases": BASES}
    communities = [(code, name) for code, name in sorted(places.items()) if firm_only or code in mine]
    return View("post_form.html", {**values, "communities": communities}, status=422 if wrong else 200)


def _save(deed: Deed) -> Go | View:
    """Stored as a draft; what is wrong comes back with all that was typed."""
    post = writing.writable(deed, deed.row()) if "id" in deed.path else None
    typed = {name: "; ".join(deed.form.all(name)) if name == "skills" else deed.form.text(name, 10_000) for name in writing.FIELDS}
    written = writing.write(deed, typed, post.id if post else None)
    if written.id is None:
        return _form(deed, typed, post, [str(one) for one in written.wrong])
    return Go(f"/desk/posts/{written.id}", "post_saved")


def _publish(deed: Deed) -> Go:
    done = publishing.publish(deed, deed.row())
    if isinstance(done, Published):
        return Go(f"/desk/posts/{deed.row()}", "post_published")
    return Go(f"/desk/posts/{deed.row()}", "post_queried" if isinstance(done, Queried) else "post_unestimated")


def _estimate(deed: Deed) -> Go:
    try:
        hourly = round(float(deed.form.text("hourly", 12)) * 100)
    except (ValueError, OverflowError):
        hourly = 0
    if not 0 < hourly < 100_000:
        raise Refused("desk.wrong_money")
    writing.writable(deed, deed.row())
    publishing.estimate(deed, deed.row(), hourly)
    fresh = posts.get(deed.tx, deed.row())
    published = fresh is not None and fresh.status == "published"
    return Go(f"/desk/posts/{deed.row()}", "post_published" if published else "post_estimated")


def _ask(deed: Deed) -> Go:
    publishing.ask_review(deed, deed.row())
    return Go(f"/desk/posts/{deed.row()}", "post_asked")


def _decide(deed: Deed) -> Go:
    """The second person's word."""
    review = reviews.of_post(deed.tx, deed.row())
    reason = deed.form.text("reason", 500)
    if review is None:
        raise Refused("work.gone")
    if not reason:
        raise Refused("positions.need_reason")
    reviewing.decide(deed, review.id, "published" if deed.form.text("verdict") == "yes" else "refused", reason)
    return Go(f"/desk/posts/{deed.row()}", "post_decided")


def _back(deed: Deed) -> Go:
    why = deed.form.text("why", 500)
    if not why:
        raise Refused("positions.need_reason")
    correcting.send_back(deed, deed.row(), why)
    return Go("/desk/posts?status=draft", "post_returned")


def _reject(deed: Deed) -> Go:
    writing.reject(deed, deed.row(), deed.form.text("why", 500))
    return Go("/desk/posts?status=draft", "post_rejected")


def _close(deed: Deed) -> Go:
    writing.close(deed, deed.row())
    return Go(f"/desk/posts/{deed.row()}", "post_closed")


def _withdraw(deed: Deed) -> Go:
    reason = next((one for one in REASONS if one == deed.form.text("reason")), None)
    if reason is None:
        raise Refused("positions.need_reason")
    withdrawals.withdraw(deed, deed.row(), reason)
    return Go(f"/desk/posts/{deed.row()}", "post_withdrawn")


ACTS = {"publish": _publish, "estimate": _estimate, "ask": _ask, "decide": _decide, "back": _back, "reject": _reject}

PAGES = (
    Page(path="/desk/posts", needs="positions.write", show=show, menu="desk.menu_posts", rank=40),
    Page(path="/desk/posts/new", needs="positions.write", show=form, acts={"save": _save}),
    Page(path="/desk/posts/{id:int}", needs="positions.write", show=one, acts={**ACTS, "close": _close, "withdraw": _withdraw}),
    Page(path="/desk/posts/{id:int}/edit", needs="positions.write", show=form, acts={"save": _save}),
)
