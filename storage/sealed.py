"""Columns that only this program can read: Fernet with the newest key first, older keys still open what they sealed."""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import cache
from pathlib import Path

import orjson
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import String, TypeDecorator
from sqlalchemy.engine import Dialect

from domain.plain import Json

_keys: tuple[str, ...] = ()


def use_keys(keys: tuple[str, ...]) -> None:
    """Set the sealing keys (urlsafe base64, 32 bytes, newest first) of this process. Raises ValueError where one is none."""
    global _keys
    for key in keys:
        Fernet(key)
    _keys = keys


def keys_from(environment: str, folder: Path | None) -> tuple[str, ...]:
    """Keys from MOTHERPOST_KEYS, else from `folder`/keys (made with mode 0600 where absent). Raises ValueError where there are none."""
    if environment.split():
        return tuple(environment.replace(",", " ").split())
    if folder is None:
        raise ValueError("没有密钥：请设置环境变量 MOTHERPOST_KEYS")
    file = folder / "keys"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(Fernet.generate_key() + b"\n")
    return tuple(file.read_text().split())


def how_many_keys() -> int:
    """How many keys this process opens rows with; more than one until everything is sealed anew."""
    return len(_keys)


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Encrypt with the newest key."""
    return _cipher(_keys).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt with any key. Raises cryptography's InvalidToken where no key fits."""
    return _cipher(_keys).decrypt(sealed.encode()).decode()


def rotate(sealed: str) -> str:
    """The same content under the newest key."""
    return _cipher(_keys).rotate(sealed.encode()).decode()


@cache
def _derived(key: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())


def secret_for(purpose: str) -> bytes:
    """32 bytes derived from the oldest key, so that rotation does not change cookies or look-up digests."""
    return _derived(_keys[-1], purpose)


def digest(text: str, purpose: str) -> str:
    """A keyed digest by which a sealed value (a phone number, an invitation code) can be looked up without being readable."""
    return hmac.new(secret_for(purpose), text.encode(), hashlib.sha256).hexdigest()


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted in the store; empty text hides nothing and stays as it is."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return seal(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return unseal(value) if value else value


class SealedJson(TypeDecorator[Json]):
    """A JSON value that is encrypted in the store."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str | None:
        return None if value is None else seal(orjson.dumps(value).decode())

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:
        opened: Json = None if value is None else orjson.loads(unseal(value))
        return opened
