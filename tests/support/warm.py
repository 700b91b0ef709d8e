"""Read once in the process that all others are forked from: the content, and the lexicons and weights of the reading."""

from __future__ import annotations

from bot import content
from bot.config import Settings
from domain import reading

content.load(Settings())
reading.read("早上送完孩子有空，会缝纫，想领活回家")
