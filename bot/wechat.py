"""The WeChat channel with what it needs of the store and the content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.answers import StoredAnswers
from bot.config import Settings
from bot.consumer import Transactions
from channels.wechat import WeChatChannel
from channels.wechat.composing import Composer, Phrases
from domain.capabilities import WECHAT
from handlers.content import Content


def channel(
    settings: Settings, transactions: Transactions, content: Content, *, now: Callable[[], datetime], wake: Callable[[], None]
) -> WeChatChannel:
    """As the settings say; `wake` tells the senders that something may be due."""
    account = settings.channels.wechat
    composer = Composer(phrases(content), pushes=account.verified, link=lambda key: content.phrases.say("pictures.link", url=key))
    answers = StoredAnswers(WECHAT.channel, transactions, composer, now=now, committed=wake)
    return WeChatChannel(answers, token=account.token, app_id=account.app_id, aes_keys=account.aes_keys, now=lambda: now().timestamp())


def phrases(content: Content) -> Phrases:
    """The words around what waited."""
    say = content.phrases.say
    return Phrases(say("reach.waited"), say("reach.more"), say("reach.by_words", names="{names}"), say("reach.between"))
