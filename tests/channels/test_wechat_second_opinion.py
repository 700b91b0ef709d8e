"""WeCom's own implementation (npm @wecom/crypto) signs, opens and closes as ours does."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from channels.wechat.crypto import MessageCipher
from channels.wechat.signature import sign
from tests.support.requires import require_wecom_crypto
from tests.support.wechat import AES_KEY, APP_ID, TOKEN

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "wechat_vectors.json").read_text("utf-8"))["aes"]
TEXTS = ("", "x", "您好，妈妈😀", "<xml><![CDATA[]]]]><![CDATA[>]]></xml>", *("字" * size for size in range(1, 40)), "长" * 680)
# Exactly filled blocks and one byte beside them are where padding goes wrong.
SIZES = tuple("a" * size for size in range(64))


@pytest.fixture(scope="module")
def node() -> list[str]:
    return require_wecom_crypto()


def asked(node: list[str], questions: list[dict[str, list[str]]]) -> list[Any]:
    done = subprocess.run(node, input=json.dumps(questions), capture_output=True, text=True, check=True, timeout=60)
    found = json.loads(done.stdout)
    assert isinstance(found, list) and len(found) == len(questions)
    return found


def test_it_opens_what_we_close_and_we_open_what_it_closes(node: list[str]) -> None:
    cipher = MessageCipher(AES_KEY, APP_ID)
    texts = [*TEXTS, *SIZES]
    theirs = asked(node, [{"open": [AES_KEY, cipher.encrypt(text.encode())]} for text in texts])
    assert theirs == [{"message": text, "id": APP_ID} for text in texts]
    closed = asked(node, [{"close": [AES_KEY, text, APP_ID]} for text in texts])
    assert [cipher.decrypt(one).decode() for one in closed] == texts


def test_it_signs_as_we_do(node: list[str]) -> None:
    parts = [[TOKEN, "1714112445", str(number), MessageCipher(AES_KEY, APP_ID).encrypt(b"x")] for number in range(20)]
    assert asked(node, [{"sign": one} for one in parts]) == [sign(*one) for one in parts]


def test_it_reads_the_vectors_of_the_platforms_pages_as_we_do(node: list[str]) -> None:
    ours = [MessageCipher(one["key"], one["receiveid"]).decrypt(one["encrypt"]).decode() for one in VECTORS]
    theirs = asked(node, [{"open": [one["key"], one["encrypt"]]} for one in VECTORS])
    assert theirs == [{"message": said, "id": one["receiveid"]} for said, one in zip(ours, VECTORS, strict=True)]
