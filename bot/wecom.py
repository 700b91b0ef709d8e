"""微信客服 with what it needs of the store and the content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from bot.config import Settings
from bot.ledger import StoredLedger
from bot.mailbox import Mailbox
from bot.transactions import Transactions
from bot.wechat import link
from channels.wechat.pictures import Pictures
from channels.wecom.kf import KfChannel, KfClient
from domain.capabilities import WECOM_KF
from handlers.content import Content
from storage import sealed
from storage.reach import cursors


class StoredCursors:
    """How far the pulling has come, in the store."""

    def __init__(self, channel: str, transactions: Transactions) -> None:
        self._channel, self._transactions = channel, transactions

    async def load(self) -> str:
        """Empty before the first time."""
        return await self._transactions.run(lambda tx: cursors.read(tx, self._channel))

    async def save(self, cursor: str) -> None:
        """All before it is committed."""
        await self._transactions.run(lambda tx: cursors.save(tx, self._channel, cursor))


def channel(settings: Settings, transactions: Transactions, content: Content, *, now: Callable[[], datetime]) -> KfChannel:
    """As the settings say."""
    account, box, name = settings.channels.wecom_kf, Mailbox(transactions, now=now), WECOM_KF.channel
    client = KfClient(account.corp_id, account.secret, account.api_base)
    return KfChannel(
        client,
        StoredLedger(name, transactions, content.rules.accounts[name], now=now),
        StoredCursors(name, transactions),
        corp_id=account.corp_id,
        open_kfid=account.open_kfid,
        token=account.token,
        aes_key=account.aes_key,
        # Rows of another store have the same numbers.
        mark=hashlib.sha256(sealed.secret_for(name)).hexdigest()[:8],
        fetch=Pictures(client, lambda sender: box.may_send(sender, name), by_id=True).fetch,
        link=link(content),
        now=lambda: now().timestamp(),
    )
