"""The WeChat channel with what it needs of the store and the content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.routing import BaseRoute

from bot.answers import StoredAnswers
from bot.config import Settings
from bot.ledger import StoredLedger
from bot.mailbox import Mailbox
from bot.transactions import Transactions
from channels.wechat import allowing
from channels.wechat.channel import Pushes, WeChatChannel
from channels.wechat.client import Client
from channels.wechat.composing import Composer, Phrases
from channels.wechat.page import Pages, proof
from channels.wechat.pictures import Pictures
from channels.wechat.sending import Sending, Words
from domain.capabilities import WECHAT
from handlers.content import Content
from storage import sealed
from storage.people import pages


def channel(
    settings: Settings, transactions: Transactions, content: Content, *, now: Callable[[], datetime], wake: Callable[[], None]
) -> WeChatChannel:
    """As the settings say; `wake` tells the senders that something may be due."""
    account, box = settings.channels.wechat, Mailbox(transactions, now=now)

    def seconds() -> float:
        return now().timestamp()

    client = Client(account.app_id, account.app_secret, account.api_base)
    composer = Composer(phrases(content), pushes=account.verified, taps=account.tap_links, link=link(content))
    pushes = None
    if account.verified:
        ledger = StoredLedger(WECHAT.channel, transactions, content.rules.accounts[WECHAT.channel], now=now)
        words = Words(content.phrases.say("reach.more_inside"), content.phrases.say("reach.news"))
        sending = Sending(client, words, page=f"{settings.public_url}/", now=seconds)
        pushes = Pushes(client, sending, ledger, box.picture, taps=account.tap_links)
    return WeChatChannel(
        StoredAnswers(WECHAT.channel, transactions, composer, now=now, committed=wake, pushes=account.verified),
        token=account.token,
        app_id=account.app_id,
        aes_keys=account.aes_keys,
        pushes=pushes,
        fetch=Pictures(client, lambda sender: box.may_send(sender, WECHAT.channel), by_id=account.verified).fetch,
        pages=_pages(settings, client, transactions, now),
        now=seconds,
    )


def _pages(settings: Settings, client: Client, transactions: Transactions, now: Callable[[], datetime]) -> list[BaseRoute]:
    """The chat page as the menu opens it, where the account may ask who she is, and the proof of the domain."""
    account = settings.channels.wechat
    routes: list[BaseRoute] = [proof(account.verify_file)] if account.verify_file else []
    if not account.verified:
        return routes

    async def enter(openid: str) -> str:
        return await transactions.run(lambda tx: pages.entered(tx, WECHAT.channel, openid, now=now()))

    page = Pages(
        client,
        account.app_id,
        account.app_secret,
        account.api_base,
        cookie_key=sealed.secret_for("web"),
        public_url=settings.public_url,
        enter=enter,
    )
    templates = list(account.grants.values())
    allow = [allowing.route(client, account.app_id, templates, public_url=settings.public_url, now=lambda: now().timestamp())]
    return [*routes, *page.routes(), *(allow if templates else [])]


def phrases(content: Content) -> Phrases:
    """The words around what waited."""
    say = content.phrases.say
    return Phrases(say("reach.waited"), say("reach.more"), say("reach.by_words", names="{names}"), say("reach.between"))


def link(content: Content) -> Callable[[str], str]:
    """The line that stands for a picture by its key."""
    return lambda key: content.phrases.say("pictures.link", url=f"{content.rules.public_url}/picture/{key}")
