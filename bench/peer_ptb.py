"""The peer: python-telegram-bot's ConversationHandler with PicklePersistence, saved after each update, behind uvicorn."""

from __future__ import annotations

import logging
import sys
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, BaseHandler, ContextTypes, ConversationHandler, MessageHandler, PicklePersistence, filters

from bench import scenes

FIRST, SECOND = 1, 2
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"f:{n}")] for n, label in enumerate(scenes.LABELS)])


async def step(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """One step of a form: read where she stands, store the answer, say the next question."""
    assert update.message is not None and context.user_data is not None
    now = int(context.user_data.get("at", FIRST))
    context.user_data.update({str(now): update.message.text, "at": SECOND if now == FIRST else FIRST})
    await update.message.reply_text(scenes.QUESTION, reply_markup=KEYBOARD)
    return int(context.user_data["at"])


def application(api: str, folder: str) -> Application[Any, Any, Any, Any, Any, Any]:
    persistence = PicklePersistence(filepath=f"{folder}/peer.pickle", single_file=True, on_flush=False)
    built = Application.builder().token("7:stand-in").base_url(f"{api}/bot").persistence(persistence).updater(None).build()
    texts: BaseHandler[Update, Any, Any] = MessageHandler(filters.TEXT, step)
    states: dict[object, list[BaseHandler[Update, Any, Any]]] = {FIRST: [texts], SECOND: [texts]}
    built.add_handler(ConversationHandler(entry_points=[texts], states=states, fallbacks=[], name="form", persistent=True))
    return built


async def serve(api: str, port: int, folder: str) -> None:
    bot = application(api, folder)

    async def webhook(request: Request) -> Response:
        await bot.process_update(Update.de_json(orjson.loads(await request.body()), bot.bot))
        await bot.update_persistence()
        return Response()

    app = Starlette(routes=[Route("/telegram/webhook", webhook, methods=["POST"])])
    async with bot:
        await uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", access_log=False)).serve()


def main() -> None:
    import asyncio

    logging.disable(logging.WARNING)
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), sys.argv[3]))


if __name__ == "__main__":
    main()
