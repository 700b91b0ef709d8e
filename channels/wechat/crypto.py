"""Messages in safe mode: AES-256-CBC, and every part of what is inside is checked.

https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption and https://developer.work.weixin.qq.com/document/path/90968:
16 random bytes, the length (4 bytes, big endian), the message, the receiver's id; PKCS#7 to 32 bytes; IV = the first 16 bytes of the key.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
_RANDOM, _LENGTH = 16, 4
_KEY = re.compile(r"[A-Za-z0-9+/]{43}")


class Undecryptable(Exception):  # noqa: N818 - an answer to whoever sent it
    """Not made with this key, for this receiver, or not whole."""


class MessageCipher:
    """One EncodingAESKey of one receiver (an account's app id, a firm's corp id)."""

    def __init__(self, aes_key: str, receiver: str) -> None:
        """Raises ValueError where this is no EncodingAESKey."""
        if not is_key(aes_key):
            raise ValueError("EncodingAESKey 是 43 个字母和数字")
        key = base64.b64decode(aes_key + "=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._receiver = receiver.encode()

    def encrypt(self, message: bytes, *, random: bytes = b"") -> str:
        """As it stands in `Encrypt`; `random` (16 bytes) is given only where a known answer is checked."""
        plain = (random or secrets.token_bytes(_RANDOM)) + len(message).to_bytes(_LENGTH) + message + self._receiver
        padding = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """The message. Raises Undecryptable."""
        try:
            content = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Undecryptable("base64") from error
        if not content or len(content) % 16:
            raise Undecryptable("size")
        decryptor = self._cipher.decryptor()
        plain = _unpadded(decryptor.update(content) + decryptor.finalize())
        start = _RANDOM + _LENGTH
        length = int.from_bytes(plain[_RANDOM:start])
        if len(plain) < start or start + length + len(self._receiver) != len(plain):
            raise Undecryptable("length")
        if plain[start + length :] != self._receiver:
            raise Undecryptable("receiver")
        return plain[start : start + length]


def is_key(aes_key: str) -> bool:
    """Whether this can be an EncodingAESKey."""
    return _KEY.fullmatch(aes_key) is not None


def _unpadded(plain: bytes) -> bytes:
    padding = plain[-1]
    if not 1 <= padding <= _BLOCK or plain[-padding:] != bytes([padding]) * padding:
        raise Undecryptable("padding")
    return plain[:-padding]


class Keys:
    """The present key and, while it is being changed, the one before; answers go out under the key that opened the message."""

    def __init__(self, *ciphers: MessageCipher) -> None:
        self._ciphers = ciphers

    def open(self, encrypted: str) -> tuple[bytes, MessageCipher]:
        """The message and the key that opened it. Raises Undecryptable where none does."""
        wrong = Undecryptable("no key")
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(encrypted), cipher
            except Undecryptable as error:
                wrong = error
        raise wrong
