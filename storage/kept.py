"""Messages that the store could not take: sealed, a line each, on disk before anybody is told that they are kept."""

from __future__ import annotations

import fcntl
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import orjson
from cryptography.fernet import InvalidToken

from domain.messages import Inbound
from storage import sealed

# Bytes taken beforehand, so that a full disk still has room for some ten thousand messages.
ROOM = 8 << 20
# Bytes of one record; a longer one (a picture) has to come again.
LONGEST = 256 << 10
# Processes on one host that keep files in one folder.
MOST_FILES = 1000


class Kept:
    """One file of a folder, this process's alone while it lives; what a dead process left in others is taken over when it is opened."""

    def __init__(self, folder: Path, *, room: int = ROOM) -> None:
        """Raises OSError where the folder takes no file."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mine, *orphans = _unlocked(folder)
        self._file, self._room = mine, room
        records = list(_records(mine))
        self._messages = [one for _, one in records]
        self._events = {_event(one) for one in self._messages}
        self._end = records[-1][0] if records else 0
        # A torn record was promised to nobody.
        _zero(mine, self._end)
        self._take_room()
        for orphan in orphans:
            self.add([one for _, one in _records(orphan)])
            _zero(orphan, 0)
            os.close(orphan)

    @property
    def messages(self) -> list[Inbound]:
        """What is kept, in the order in which it came."""
        return [*self._messages]

    def add(self, inbounds: Sequence[Inbound]) -> list[bool]:
        """Keep messages and say of each whether it is on disk now; a repeat is kept once. Raises OSError where the disk takes nothing."""
        new = {_event(one): (one, _line(one)) for one in inbounds if _event(one) not in self._events}
        fitting = {event: pair for event, pair in new.items() if len(pair[1]) <= LONGEST}
        if fitting:
            lines = b"".join(line for _, line in fitting.values())
            os.pwrite(self._file, lines, self._end)
            os.fsync(self._file)
            self._end += len(lines)
            self._messages += [one for one, _ in fitting.values()]
            self._events |= fitting.keys()
        return [_event(one) in self._events for one in inbounds]

    def clear(self, taken: int, left: Sequence[Inbound] = ()) -> None:
        """The first `taken` are in the store, but for those `left`: nothing else of them stays on disk, unless more came meanwhile.

        Raises OSError.
        """
        if len(self._messages) > taken:
            return
        self._messages, self._events, self._end = [], set(), 0
        _zero(self._file, 0)
        self.add(left)

    def close(self) -> None:
        """Let another process have the file."""
        os.close(self._file)

    def _take_room(self) -> None:
        if os.fstat(self._file).st_size < self._room:
            with suppress(OSError):
                os.posix_fallocate(self._file, 0, self._room)


def _unlocked(folder: Path) -> list[int]:
    """Open files of the folder that no living process has; the first of them is made where there is none."""
    unlocked: list[int] = []
    for number in range(MOST_FILES):
        path = folder / f"unstored.{number}"
        if unlocked and not path.exists():
            break
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            continue
        unlocked.append(file)
    return unlocked


def _records(file: int) -> Iterator[tuple[int, Inbound]]:
    """Where each whole record ends, and its message. Raises ValueError where no key opens one."""
    end = 0
    for line in os.pread(file, os.fstat(file).st_size, 0).split(b"\n")[:-1]:
        end += len(line) + 1
        if b"\0" in line:
            return
        try:
            yield end, _message(line)
        except InvalidToken:
            raise ValueError("有没存进数据库的消息（unstored.*），现在的密钥打不开；请放回原来的密钥") from None


def _zero(file: int, start: int) -> None:
    """Overwrite what is not zero from `start` on."""
    rest = os.pread(file, os.fstat(file).st_size, start).rstrip(b"\0")
    if rest:
        os.pwrite(file, bytes(len(rest)), start)
        os.fsync(file)


def _event(inbound: Inbound) -> tuple[str, str]:
    return inbound.channel, inbound.event_id


def _line(inbound: Inbound) -> bytes:
    plain = asdict(inbound) | {"picture": b64encode(inbound.picture).decode()}
    return sealed.seal(orjson.dumps(plain).decode()).encode() + b"\n"


def _message(line: bytes) -> Inbound:
    plain = orjson.loads(sealed.unseal(line.decode("ascii", "replace")))
    place = tuple(plain["place"]) if plain["place"] else None
    sent_at, picture = datetime.fromisoformat(plain["sent_at"]), b64decode(plain["picture"])
    return Inbound(**{**plain, "sent_at": sent_at, "picture": picture, "place": place})
