"""What all pages share: who sits there and what she may, reading beside the loop, deeds in a transaction, and what must never be kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.desk.cookies import Cookies, is_token, token_of
from bot.desk.drawing import HEADERS, Drawing
from bot.desk.page import Asked, Deed, Fields, File, Go, Job, Look, Note, Page, Shown, View, Who, query_of
from bot.desk.sent import FORM, form_of
from bot.transactions import Transactions
from channels.web.seats import same_origin
from domain import desk
from domain.access import ROLES, Held, scopes
from domain.errors import Denied, Refused
from handlers.content import Content
from handlers.staff.reports import read_where
from handlers.tell import for_others
from storage import access_log, replica
from storage.desk import sessions
from storage.desk.sessions import Session
from storage.staff import roles

Result = TypeVar("Result")
Request_ = TypeVar("Request_", bound=Asked)
# That somebody sits there is written down once in so long.
TOUCH = timedelta(seconds=30)
# Seconds between two steps of a long deed: whoever wrote meanwhile comes first.
GAP = 0.003


class Drawn(NamedTuple):
    """A page in HTML."""

    text: str
    status: int


class Seated(NamedTuple):
    """Who sits there, with what she holds; `locked`: nobody does, as far as the bot knows."""

    session: Session
    held: list[Held]
    locked: bool


class Frame:
    """Serves pages to who may see them."""

    def __init__(
        self,
        pages: tuple[Page, ...],
        transactions: Transactions,
        content: Content,
        *,
        public_url: str,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self.pages = pages
        self._known = frozenset(page.path for page in pages)
        self.transactions = transactions
        self.content = content
        self.public_url = public_url
        self.cookies = Cookies(secure=public_url.startswith("https:"))
        self.drawing = Drawing(content)
        self.now = now
        self.wake = wake

    def routes(self) -> list[BaseRoute]:
        """One for each page."""
        return [Route(page.path, self._serve(page), methods=["GET", "POST"]) for page in self.pages]

    def _serve(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def served(request: Request) -> Response:
            seated = await self.read(lambda tx: self.seated(tx, self.cookies.session(request.cookies)))
            if (elsewhere := self._elsewhere(request, seated)) is not None:
                return elsewhere
            assert seated is not None
            if not page.is_for(seated.held):
                return self.problem(seated, "staff.not_allowed", 403)
            if request.method == "POST":
                return await self._post(page, request, seated)
            return await self._get(page, request, seated)

        return served

    def _elsewhere(self, request: Request, seated: Seated | None) -> Response | None:
        """Where a request goes that is not hers to make: signing in, a second factor, the lock."""
        if seated is None:
            return self.to("/desk/in")
        if seated.session.device_id is None:
            return self.to("/desk/confirm")
        if seated.locked:
            return self.to(f"/desk/locked?next={quote(request.url.path)}" if request.method == "GET" else "/desk/locked")
        return None

    def seated(self, tx: Connection, token: str) -> Seated | None:
        """The session of a token, where it is one that lasts and belongs to somebody who works here."""
        session, now = sessions.of_token(tx, token), self.now()
        if session is None or session.ended_at is not None or now - session.begun_at > desk.LONGEST:
            return None
        held = roles.roles_of(tx, session.person_id)
        if not scopes(held, "desk.open"):
            return None
        return Seated(session, held, desk.is_locked(seen_at=session.seen_at, locked_at=session.locked_at, now=now))

    async def read(self, look: Callable[[Connection], Result], *, behind: bool = False) -> Result:
        """What a look returns; it runs beside the loop, so that nobody's message waits for it. `behind`: at the replica, where there is one."""
        store = self.transactions.store

        def reading(source: replica.Source) -> Result:
            with source.read() as tx:
                return look(tx)

        return (
            await asyncio.to_thread(replica.behind, store, reading) if behind else await asyncio.to_thread(reading, replica.Source(store))
        )

    def to(self, address: str) -> Response:
        """On to another page."""
        return RedirectResponse(address, status_code=303, headers=HEADERS)

    async def _get(
        self,
        page: Page,
        request: Request,
        seated: Seated,
        *,
        form: Fields | None = None,
        refused: Refused | None = None,
        show: Callable[[Look], Shown] | None = None,
    ) -> Response:
        """The page, or what `show` makes of what was sent to it; where that is refused, the page with the reason."""
        noted: list[Note] = []

        def look(tx: Connection) -> Drawn | Go | File | Refused:
            # A look that begins anew notes anew.
            noted.clear()
            asked = self._asked(partial(Look, noted=noted), tx, request, seated, form or Fields())
            try:
                shown = (show or page.show)(asked)
            except Denied as why:
                asked.log(why.action, why.subject_kind, why.subject_id)
                return why
            except Refused as why:
                return why
            # Drawn while the rows are at hand: a template may ask for more of them.
            return self._drawn(shown, asked, request, seated, problem=refused) if isinstance(shown, View) else shown

        shown = await self.read(look, behind=page.behind)
        await self.transactions.run(lambda tx: self._written(tx, seated, noted, watched=page.watched))
        if isinstance(shown, Refused):
            if show is not None:
                return await self._get(page, request, seated, form=form, refused=shown)
            # Also what lies elsewhere: the answer does not tell it from what is nowhere.
            return self.problem(seated, "desk.no_page", 404)
        return self._sent(shown, status=None if refused is None else 422)

    def _asked(self, kind: Callable[..., Request_], tx: Connection, request: Request, seated: Seated, form: Fields) -> Request_:
        """What a page or a deed is asked with."""
        where = {"path": request.path_params, "query": query_of(request.query_params), "form": form}
        return kind(tx=tx, content=self.content, now=self.now(), person_id=seated.session.person_id, **where)

    def _drawn(self, view: View, asked: Asked, request: Request, seated: Seated, *, problem: Refused | None = None) -> Drawn:
        """A page with its frame."""
        said = asked.query.text("said", 60)
        around = {
            "who": self._who(asked.tx, seated, request),
            "path": request.url.path,
            "known": self._known,
            "query": asked.query,
            "form": asked.form,
            "read_where": read_where(self.content, replica.source(asked.tx)),
            "said": self.content.phrases.texts.get(f"desk.said.{said}", ""),
            "problem": "" if problem is None else self.content.phrases.say(problem.phrase, **problem.values),
        }
        return Drawn(self.drawing.text(view.template, {**around, **view.values}), view.status)

    def _written(self, tx: Connection, seated: Seated, noted: list[Note], *, watched: bool) -> None:
        """That she sits there, and what she saw."""
        now, session = self.now(), seated.session
        if now - session.seen_at > TOUCH and not watched:
            sessions.seen(tx, session.id, now=now)
        # A page of two hundred women is one statement.
        for (action, kind, detail), notes in groupby(noted, key=lambda note: (note.action, note.subject_kind, note.detail)):
            ids = [note.subject_id for note in notes]
            access_log.write_all(tx, actor_id=session.person_id, action=action, subject_kind=kind, subject_ids=ids, now=now, detail=detail)

    async def _post(self, page: Page, request: Request, seated: Seated) -> Response:
        form = await self.form(request, most=page.upload or FORM)
        do = form.text("do")
        if do in page.looks:
            return await self._get(page, request, seated, form=form, show=page.looks[do])
        if do not in page.jobs and do not in page.acts:
            raise HTTPException(400)
        try:
            done = await (self._job if do in page.jobs else self._act)(page, do, request, seated, form)
        except Refused as refused:
            return await self._get(page, request, seated, form=form, refused=refused)
        self.wake()
        return self._sent(done)

    async def _act(self, page: Page, do: str, request: Request, seated: Seated, form: Fields) -> Drawn | Go | File:
        """A deed in a transaction of its own."""

        def deed(tx: Connection) -> Drawn | Go | File:
            self._still(tx, page, request)
            sessions.seen(tx, seated.session.id, now=self.now())
            asked = self._asked(Deed, tx, request, seated, form)
            done = page.acts[do](asked)
            return self._drawn(done, asked, request, seated) if isinstance(done, View) else done

        return await self.transactions.run(deed)

    def _still(self, tx: Connection, page: Page, request: Request) -> None:
        """Looked at again in the transaction of the deed: a role may have been withdrawn since. Raises Refused."""
        still = self.seated(tx, self.cookies.session(request.cookies))
        if still is None or not page.is_for(still.held):
            raise Refused("staff.not_allowed")

    async def _job(self, page: Page, do: str, request: Request, seated: Seated, form: Fields) -> Drawn | Go | File:
        """Step by step, so that nobody's message waits for all of it; who may no longer do it is stopped between two steps."""
        steps = page.jobs[do](Job(content=self.content, now=self.now(), person_id=seated.session.person_id, form=form))
        result = None

        def step(tx: Connection) -> Any:
            self._still(tx, page, request)
            return take(tx)

        while True:
            try:
                take = steps.send(result)
            except StopIteration as ended:
                done: Shown = ended.value
                break
            result = await self.transactions.run(step)
            await asyncio.sleep(GAP)
        if not isinstance(done, View):
            return done
        return await self.read(lambda tx: self._drawn(done, self._asked(Look, tx, request, seated, form), request, seated))

    def _sent(self, done: Drawn | Go | File, *, status: int | None = None) -> Response:
        if isinstance(done, Drawn):
            return Response(done.text, status_code=status or done.status, media_type="text/html", headers=HEADERS)
        if isinstance(done, Go):
            sign = "&" if "?" in done.to else "?"
            address, _, part = done.to.partition("#")
            said = f"{sign}said={quote(done.said)}" if done.said else ""
            return self.to(f"{address}{said}{'#' + part if part else ''}")
        kept = "inline" if done.shown else "attachment"
        named = {"Content-Disposition": f"{kept}; filename*=UTF-8''{quote(done.name)}"}
        return Response(done.content, media_type=done.mime, headers=HEADERS | named)

    async def form(self, request: Request, *, most: int = FORM) -> Fields:
        """A form of one of our own pages. Raises HTTPException 403 for one of another's."""
        if not self.ours(request):
            raise HTTPException(403)
        form = await form_of(request, most=most)
        if not is_token(self.cookies.session(request.cookies), form.text("token")):
            raise HTTPException(403)
        return form

    def ours(self, request: Request) -> bool:
        """Whether a form was sent from a page of ours: browsers say where from, and no page can forge it."""
        return same_origin(request.headers.get("origin", ""), request.headers.get("host", ""), self.public_url)

    def _who(self, tx: Connection, seated: Seated, request: Request) -> Who:
        session, token = seated.session, self.cookies.session(request.cookies)
        role = next(held.role for held in seated.held if ROLES[held.role].staff)
        menu = [
            (self.content.phrases.say(page.menu), page.path, request.url.path == page.path)
            for page in sorted(self.pages, key=lambda page: page.rank)
            if page.menu and page.is_for(seated.held)
        ]
        voice = for_others(self.content)
        return Who(
            session.person_id, voice.called(session.name, session.key), voice.words(f"staff.role_{role}"), token_of(token), menu, self.now()
        )

    def problem(self, seated: Seated | None, why: str, status: int) -> Response:
        """A page that says why not."""
        words = self.content.phrases.texts.get(why, why)
        return self.drawing.page("problem.html", {"why": words, "home": "/desk" if seated else "/desk/in"}, status=status)

    def plain(self, template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
        """A page for somebody who is not in yet."""
        return self.drawing.page(template, values, status=status)
