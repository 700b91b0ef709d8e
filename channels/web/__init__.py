"""The bot's own web page: a chat at `GET /` whose socket at `/chat` neither loses nor repeats a message."""

from channels.web.board import BoardPages
from channels.web.channel import WebChannel
from channels.web.frames import Item, bot_item
from channels.web.visits import VisitPages

__all__ = ["BoardPages", "Item", "VisitPages", "WebChannel", "bot_item"]
