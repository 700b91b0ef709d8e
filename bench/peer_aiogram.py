"""The peer: aiogram's Dispatcher with its FSM kept by async SQLModel sessions on SQLite FULL, writing the same rows for each message."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from sqlalchemy import Column, event
from sqlalchemy.dialects.sqlite import JSON
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bench import scenes

SECRET = "s3cret"
KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=f"f:{n}")] for n, label in enumerate(scenes.LABELS)]
)


class Inbox(SQLModel, table=True):
    __tablename__ = "peer_inbox"

    id: int | None = Field(default=None, primary_key=True)
    event: int = Field(unique=True)
    person: int = Field(index=True)
    said: str


class Person(SQLModel, table=True):
    __tablename__ = "peer_person"

    id: int = Field(primary_key=True)
    language: str = "zh"


class Talk(SQLModel, table=True):
    __tablename__ = "peer_talk"

    person: int = Field(primary_key=True)
    state: str | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON))


class Outbox(SQLModel, table=True):
    __tablename__ = "peer_outbox"

    id: int | None = Field(default=None, primary_key=True)
    person: int = Field(index=True)
    text: str
    status: str = "waiting"


session: ContextVar[AsyncSession] = ContextVar("session")


class Storage(BaseStorage):
    """States and data as rows of the session of this update."""

    async def _row(self, key: StorageKey) -> Talk:
        row = await session.get().get(Talk, key.user_id)
        if row is None:
            row = Talk(person=key.user_id)
            session.get().add(row)
        return row

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        (await self._row(key)).state = state.state if isinstance(state, State) else state

    async def get_state(self, key: StorageKey) -> str | None:
        return (await self._row(key)).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        (await self._row(key)).data = dict(data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return dict((await self._row(key)).data)

    async def close(self) -> None:
        return None


class Steps(StatesGroup):
    first = State()
    second = State()


async def step(message: Message, state: FSMContext) -> None:
    """One step of a form: read where she stands, store the answer, say the next question."""
    now = await state.get_state()
    data = await state.get_data()
    await state.set_data({**data, str(now): message.text})
    await state.set_state(Steps.second if now == Steps.first.state else Steps.first)
    session.get().add(Outbox(person=message.chat.id, text=scenes.QUESTION))


def dispatcher(url: str) -> Dispatcher:
    engine = create_async_engine(url, pool_size=1, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def _pragmas(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")

    found = Dispatcher(storage=Storage())

    async def durable(handler: Any, update: Any, data: dict[str, Any]) -> Any:
        message: Message = update.message
        async with AsyncSession(engine, expire_on_commit=False) as one:
            session.set(one)
            if (await one.exec(select(Person).where(Person.id == message.chat.id))).first() is None:
                one.add(Person(id=message.chat.id))
            one.add(Inbox(event=update.update_id, person=message.chat.id, said=message.text or ""))
            await handler(update, data)
            said = [row for row in one.new if isinstance(row, Outbox)]
            await one.commit()
            for row in said:
                await message.answer(row.text, reply_markup=KEYBOARD)
                row.status = "sent"
            await one.commit()

    # Before aiogram's own, which reads the state.
    found.update.outer_middleware._middlewares.insert(0, durable)
    found.message(CommandStart())(step)
    found.message(StateFilter(Steps.first))(step)
    found.message(StateFilter(Steps.second))(step)

    @found.startup()
    async def _create() -> None:
        async with engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        print("ready", flush=True)

    return found


def main() -> None:
    api, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    bot = Bot("7:stand-in", session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    app = web.Application()
    found = dispatcher(f"sqlite+aiosqlite:///{folder}/peer.db")
    SimpleRequestHandler(found, bot, handle_in_background=False, secret_token=SECRET).register(app, path="/telegram/webhook")
    setup_application(app, found, bot=bot)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main()
