"""The platform's XML, read without entities or network, and written so that no text ends its own element."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

# What XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets), as characters and as references.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(x[0-9A-Fa-f]{1,8}|[0-9]{1,8});")


class Unreadable(Exception):  # noqa: N818 - an answer to whoever sent it
    """This is no message of the platform."""


class Fields(NamedTuple):
    """The elements of a message: texts by name, and lists of records by the name around them (popup events hold several)."""

    texts: Mapping[str, str]
    lists: Mapping[str, list[dict[str, str]]]

    def get(self, name: str) -> str:
        """The text of an element; empty where it is not there."""
        return self.texts.get(name, "")


def without_control(text: str) -> str:
    """The text without what XML cannot hold: it would break the parser, and she would be told that the service is out of order."""
    return _REFERENCE.sub(_kept, _UNFIT.sub("", text))


def _kept(reference: re.Match[str]) -> str:
    digits = reference[1]
    number = int(digits[1:], 16) if digits[0] == "x" else int(digits)
    return "" if number > 0x10FFFF or _UNFIT.match(chr(number)) else reference[0]


def read(content: bytes) -> Fields:
    """What a message says. Raises Unreadable."""
    try:
        root = _parsed(without_control(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise Unreadable("not UTF-8") from error
    texts: dict[str, str] = {}
    lists: dict[str, list[dict[str, str]]] = {}
    for element in _children(root):
        name = str(element.tag)
        if name in texts or name in lists:
            raise Unreadable(f"two {name}")
        if not len(element):
            texts[name] = str(element.text or "")
        else:
            lists[name] = [_record(child) for child in _children(element) if len(child)] or [_record(element)]
    return Fields(texts, lists)


def read_envelope(content: bytes) -> Fields:
    """An encrypted message's outside, of which nothing is mended and nothing passed over. Raises Unreadable."""
    try:
        root = _parsed(content.decode())
    except UnicodeDecodeError as error:
        raise Unreadable("not UTF-8") from error
    children = _children(root)
    spaces = [root.text, *(child.tail for child in children)]
    names = sorted(str(child.tag) for child in children)
    if (
        root.attrib
        or names not in (["Encrypt", "ToUserName"], ["AgentID", "Encrypt", "ToUserName"])
        or any((s or "").strip() for s in spaces)
    ):
        raise Unreadable("not an envelope")
    if any(child.attrib or len(child) for child in children):
        raise Unreadable("not an envelope")
    return Fields({str(child.tag): str(child.text or "") for child in children}, {})


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("not XML") from error
    if root.tag != "xml" or root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("not a message")
    return root


def _children(element: etree._Element) -> list[etree._Element]:
    # An entity is a node of its own where it is not resolved.
    if any(not isinstance(child.tag, str) for child in element):
        raise Unreadable("an entity")
    return list(element)


def _record(element: etree._Element) -> dict[str, str]:
    return {str(child.tag): str(child.text or "") for child in _children(element)}


def cdata(text: str) -> str:
    """A text as the content of an element; `]]>` in it is split, so that it cannot inject a second element."""
    return "<![CDATA[" + without_control(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def text_answer(*, to: str, sender: str, created_at: int, text: str) -> str:
    """A text as the answer in the response (doc/offiaccount/Message_Management/Passive_user_reply_message)."""
    head = f"<ToUserName>{cdata(to)}</ToUserName><FromUserName>{cdata(sender)}</FromUserName><CreateTime>{created_at}</CreateTime>"
    return f"<xml>{head}<MsgType><![CDATA[text]]></MsgType><Content>{cdata(text)}</Content></xml>"


def envelope(*, encrypted: str, signature: str, timestamp: str, nonce: str) -> str:
    """An encrypted answer."""
    head = f"<xml><Encrypt>{cdata(encrypted)}</Encrypt><MsgSignature>{cdata(signature)}</MsgSignature>"
    return f"{head}<TimeStamp>{timestamp}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>"
