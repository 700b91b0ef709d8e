"""What is printed with a QR code: A4 posters of a community, a class or a post, a post's card for a group chat, a grid worker's cards for doors."""

from __future__ import annotations

import io
from typing import NamedTuple

from markupsafe import Markup

from bot.desk import share_card
from bot.desk.page import File, Go, Look, Page, View
from bot.desk.places import communities_in
from domain.errors import Refused
from domain.notices import LOCAL
from handlers.work import fitting
from storage.survey import handovers
from storage.training import classes
from storage.work import posts

# A sheet of A4 holds two by five.
CARDS = 10
# More cells than that nobody chooses from.
CELLS = 500


class Poster(NamedTuple):
    """What stands on it."""

    title: str
    lines: list[str]


def show(look: Look) -> View:
    """What can be printed: communities and classes of her place; a post's poster hangs on its page."""
    where = look.scopes("posters.print")
    values = {"communities": communities_in(look, where), "classes": classes.managed(look.tx, where, limit=100)}
    return View("posters.html", {**values, "cells": handovers.cells(look.tx, where, after=0, limit=CELLS)})


def one(look: Look) -> View:
    """One poster. Raises Refused for what is not there, or not of her place."""
    kinds = {"community": _community, "class": _class, "post": _post, "card": _post}
    kind = kinds.get(str(look.path["kind"]))
    if kind is None:
        raise Refused("work.gone")
    values = {"poster": kind(look), "link": _link(look), "code": _code(_link(look)), "number": look.row()}
    if look.path["kind"] == "card":
        return View("card.html", {**values, "drawn": share_card.font() is not None})
    return View("poster.html", values)


def picture(look: Look) -> File | Go:
    """A post's card as a picture; where no Chinese font is installed, the page says so. Raises Refused as the page does."""
    poster, chinese = _post(look), share_card.font()
    if chinese is None:
        return Go(f"/desk/posters/card/{look.row()}", "no_font")
    words = look.voice.words
    said = share_card.Said(words("desk.card_head"), poster.title, poster.lines, words("desk.card_foot"))
    drawn = share_card.drawn(said, _link(look), chinese, share_card.font(bold=True) or chinese)
    return File(drawn, f"{poster.title}.png", "image/png")


def _link(look: Look) -> str:
    return f"{look.content.rules.public_url}/"


def cards(look: Look) -> View:
    """A sheet of cards that a grid worker leaves at doors. Raises Refused for a cell that is not there, or not of her place."""
    cell = handovers.place(look.tx, look.row())
    if cell is None or not look.may("posters.print", cell.community_id, cell_id=cell.id):
        raise Refused("work.gone")
    names = [one.name for one in handovers.workers(look.tx, cell.id, cell.community_id) if one.name]
    return View("door_cards.html", {"cell": cell, "names": names, "link": _link(look), "code": _code(_link(look)), "count": CARDS})


def _community(look: Look) -> Poster:
    row = next((row for row in communities_in(look, look.scopes("posters.print")) if row.id == look.row()), None)
    if row is None:
        raise Refused("work.gone")
    return Poster(row.name, [look.voice.words("desk.poster_community")])


def _class(look: Look) -> Poster:
    row = classes.get(look.tx, look.row())
    if row is None or not look.may("posters.print", row.community_id):
        raise Refused("work.gone")
    times = [f"{at.astimezone(LOCAL):%m-%d %H:%M}" for at in row.sessions]
    return Poster(row.title, [row.community, *times, look.voice.words("desk.poster_free")])


def _post(look: Look) -> Poster:
    post = posts.get(look.tx, look.row())
    if post is None or post.status != "published" or not look.may("posters.print", post.community_id):
        raise Refused("work.gone")
    pay = fitting.pay_text(look.voice, post)
    return Poster(
        post.title, [post.enterprise, post.community, pay, look.voice.label("modes", post.mode), look.voice.words("desk.poster_free")]
    )


def _code(link: str) -> Markup:
    """The QR code as SVG: sharp at any size of paper."""
    # Here, since only posters need it.
    import segno

    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", scale=8, border=4, xmldecl=False, svgns=True, title=link)
    return Markup(out.getvalue().decode())  # noqa: S704 - made here of a link that is escaped


PAGES = (
    Page(path="/desk/posters", needs="posters.print", show=show, menu="desk.menu_posters", rank=110),
    Page(path="/desk/posters/cell/{id:int}", needs="posters.print", show=cards),
    Page(path="/desk/posters/card/{id:int}/png", needs="posters.print", show=picture),
    Page(path="/desk/posters/{kind}/{id:int}", needs="posters.print", show=one),
)
