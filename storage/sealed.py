"""Columns that only this program can read: Fernet with the newest key first, older keys still open what they sealed."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import JSON, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from domain.plain import Json

Keys = tuple[str, ...]
_keys: Keys = ()
_root = ""
_again: Callable[[], Keys] = tuple


def use_keys(keys: Keys, *, root: str = "", again: Callable[[], Keys] = tuple) -> None:
    """Set the sealing keys (urlsafe base64, 32 bytes, newest first) of this process. Raises ValueError where one is none.

    `root` is what secrets are derived from where the store has one; `again` reads the keys anew, when something is met that none opens: a key
    that was put before the others while this process runs.
    """
    global _keys, _root, _again
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            raise ValueError("密钥的格式不对：每个密钥是 44 个字符（MOTHERPOST_KEYS，或数据文件夹里的 keys）") from None
    _keys, _root, _again = keys, root, again


def use_root(secret: str) -> None:
    """Derive secrets from what the store holds, and no more from the oldest key."""
    global _root
    _root = secret


def in_use() -> Keys:
    """The keys of this process, newest first."""
    return _keys


def root() -> str:
    """What secrets are derived from: the store's own, else the oldest key."""
    return _root or _keys[-1]


def fingerprint(key: str) -> str:
    """By what people tell keys apart without seeing them."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{digest[:4]}-{digest[4:8]}-{digest[8:12]}"


def keys_from(environment: str, folder: Path | None, *, make: bool = True) -> Keys:
    """Keys from MOTHERPOST_KEYS, else from `folder`/keys (made with mode 0600 where absent). Raises ValueError where there are none.

    Not to `make` one beside a store that holds something: it would open nothing, and the next start would seal with it.
    """
    if environment.split():
        return tuple(environment.replace(",", " ").split())
    if folder is None:
        raise ValueError("没有密钥：请设置环境变量 MOTHERPOST_KEYS")
    file = folder / "keys"
    if not file.exists() and not make:
        raise ValueError(f"密钥不见了：数据库里已有内容，而 {file} 没有；请放回原来的密钥，或设置 MOTHERPOST_KEYS")
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(Fernet.generate_key() + b"\n")
    return tuple(file.read_text().split())


def how_many_keys() -> int:
    """How many keys this process opens rows with; more than one until everything is sealed anew."""
    return len(_keys)


@cache
def _cipher(keys: Keys) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Encrypt with the newest key."""
    return _cipher(_keys).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt with any key. Raises cryptography's InvalidToken where no key fits."""
    try:
        return _cipher(_keys).decrypt(sealed.encode()).decode()
    except InvalidToken:
        newer = _again()
        if not newer or newer == _keys:
            raise
        use_keys(newer, root=_root, again=_again)
        return _cipher(_keys).decrypt(sealed.encode()).decode()


def rotated(sealed: str) -> str | None:
    """The same content under the newest key; None where that is what seals it. Raises InvalidToken where no key fits."""
    try:
        Fernet(_keys[0]).decrypt(sealed.encode())
    except InvalidToken:
        return _cipher(_keys).rotate(sealed.encode()).decode()
    return None


@cache
def _derived(key: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())


def secret_for(purpose: str) -> bytes:
    """32 bytes that stay the same when keys change, so that cookies and look-up digests do."""
    return _derived(root(), purpose)


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


# Birth months of children there may be: years of people who live.
_YEARS = range(1900, 2101)


class Months(TypeDecorator[list[str]]):
    """A list of birth months (YYYY-MM), each kept as a keyed digest: who has the key can read it and look for it, nobody else."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[object]:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> list[str] | None:
        return None if value is None else [month_digest(month) for month in value]

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> list[str] | None:
        return None if value is None else [_months(root())[kept] for kept in value]


def month_digest(month: str) -> str:
    """By which a month is kept and looked for. Raises ValueError where it is none."""
    if month not in _digests(root()):
        raise ValueError(f"{month} is no month")
    return _digests(root())[month]


@cache
def _digests(_root: str) -> dict[str, str]:
    return {month: digest(month, "birth month")[:32] for year in _YEARS for month in (f"{year}-{n:02}" for n in range(1, 13))}


@cache
def _months(of_root: str) -> dict[str, str]:
    return {kept: month for month, kept in _digests(of_root).items()}
