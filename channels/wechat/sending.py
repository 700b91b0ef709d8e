"""How one message goes out of an account that may push: by customer service, by a grant of hers, or by a template."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from channels.wechat import notices
from channels.wechat.client import Answer, Client
from domain.allowance import Way
from domain.errors import SendError

# Pictures whose id at the platform is remembered; it keeps them three days (seconds).
MOST_REMEMBERED, KEPT = 1000, 2 * 24 * 3600.0
_LISTS: Mapping[str, tuple[str, str, str]] = {
    "template": ("/cgi-bin/template/get_all_private_template", "template_list", "template_id"),
    "grant": ("/wxaapi/newtmpl/gettemplate", "data", "priTmplId"),
}


class Words(NamedTuple):
    """What fields that hold no text of ours say: that there is more, and what has happened in five characters."""

    more: str
    status: str


class Sending:
    """Calls for one address each; every failure is a SendError. `page` is what a notice opens; `now` is the wall clock (seconds)."""

    def __init__(self, client: Client, words: Words, *, page: str, now: Callable[[], float]) -> None:
        self._client, self._words, self._page, self._now = client, words, page, now
        self._fields: dict[str, list[str]] = {}
        self._media: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def text(self, address: str, text: str) -> str:
        """A customer-service message."""
        return _ref(
            await self._client.call("/cgi-bin/message/custom/send", {"touser": address, "msgtype": "text", "text": {"content": text}})
        )

    async def picture(self, address: str, key: str, mime: str, content: bytes) -> str:
        """A picture, uploaded once."""
        media = self._media.get(key)
        if media is None or media[1] < self._now():
            name = f"picture.{mime.rpartition('/')[2]}"
            answer = await self._client.upload("/cgi-bin/media/upload", name, content, mime, type="image")
            media = self._media[key] = (str(answer.get("media_id", "")), self._now() + KEPT)
            while len(self._media) > MOST_REMEMBERED:
                self._media.popitem(last=False)
        body = {"touser": address, "msgtype": "image", "image": {"media_id": media[0]}}
        return _ref(await self._client.call("/cgi-bin/message/custom/send", body))

    async def notice(self, address: str, way: Way, text: str, row_id: int) -> str:
        """A notice by grant or template."""
        data = notices.filled(
            await self._names(way),
            text,
            more=self._words.more,
            status=self._words.status,
            number=row_id,
            at=datetime.fromtimestamp(self._now(), UTC),
        )
        body = {"touser": address, "template_id": way.template, "data": data}
        if way.kind == "grant":
            return _ref(await self._client.call("/cgi-bin/message/subscribe/bizsend", {**body, "page": self._page}))
        # A repeat of the same row is the same message to the platform.
        return _ref(await self._client.call("/cgi-bin/message/template/send", {**body, "url": self._page, "client_msg_id": f"row{row_id}"}))

    async def _names(self, way: Way) -> list[str]:
        if way.template not in self._fields:
            path, field, id_field = _LISTS[way.kind]
            listed = (await self._client.ask(path)).get(field)
            for one in listed if isinstance(listed, list) else []:
                self._fields[str(one.get(id_field))] = notices.fields(str(one.get("content", "")))
        if way.template not in self._fields:
            raise SendError("rejected", "template")
        return self._fields[way.template]


def _ref(answer: Answer) -> str:
    return str(answer.get("msgid", ""))
