"""When a class reminds, takes and passes its people, the code that is shown in the room, and the certificate's number: rules without a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken as InvalidCode
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from stdnum.iso7064 import mod_11_10

from domain.notices import LOCAL, quiet_until

EVENING = time(19)
AHEAD = timedelta(hours=2)
# From when to when her code counts for a session.
BEFORE, AFTER = timedelta(minutes=30), timedelta(hours=3)
# How long one code is shown, in seconds; it counts as long again, for who types slowly.
SHOWN = 60
# Wrong codes a person may say in one session: with two codes that hold, one in 100,000 is guessed.
TRIES = 5


def reminders(starts_at: datetime, quiet: tuple[time, time] | None = None) -> list[datetime]:
    """The evening before at 19:00 local time, and two hours before; the latter not in the quiet hours, where the evening's has to do."""
    local = starts_at.astimezone(LOCAL)
    evening = datetime.combine(local.date() - timedelta(days=1), EVENING, LOCAL)
    ahead = starts_at - AHEAD
    return [evening] if quiet and quiet_until(quiet, ahead) else [evening, ahead]


def next_reminder(starts_at: datetime, *, after: datetime) -> datetime | None:
    """The first reminder of a session later than `after`; None where there is none."""
    return next((at for at in reminders(starts_at) if at > after), None)


def going_on(starts_at: datetime, now: datetime) -> bool:
    """Whether the code of a session counts now."""
    return starts_at - BEFORE <= now <= starts_at + AFTER


def enough(attended: int, sessions: int) -> bool:
    """Whether she was there at least four times of five."""
    return sessions > 0 and attended * 5 >= sessions * 4


def joinable(sessions: Sequence[datetime], now: datetime) -> bool:
    """Whether who joins now can still be there often enough to pass."""
    return enough(sum(starts_at > now for starts_at in sessions), len(sessions))


def over(sessions: Sequence[datetime], now: datetime) -> bool:
    """Whether the last session has begun, so that it can be said who passed."""
    return all(starts_at <= now for starts_at in sessions)


def code(key: bytes, now: datetime) -> str:
    """The six digits that are shown now (RFC 6238)."""
    return _totp(key).generate(int(now.timestamp())).decode()


def holds(key: bytes, said: str, now: datetime) -> bool:
    """Whether these digits are shown now, or were shown before those."""
    return any(_is(key, said, int(now.timestamp()) - ago) for ago in (0, SHOWN))


def _is(key: bytes, said: str, at: int) -> bool:
    try:
        _totp(key).verify(said.encode(), at)
    except InvalidCode:
        return False
    return True


def _totp(key: bytes) -> TOTP:
    # The hash that RFC 6238 and every authenticator use; what counts here is HMAC, which SHA-1's collisions do not touch.
    return TOTP(key, 6, SHA1(), SHOWN)  # noqa: S303


def lasts(now: datetime) -> int:
    """For how many seconds the code that is shown now still counts."""
    return 2 * SHOWN - int(now.timestamp()) % SHOWN


def certificate(year: int, number: int) -> str:
    """A number to read out, unique where `number` is: 2026-000123-7, with ISO 7064's mod 11,10 check digit, which finds every wrong digit."""
    return f"{year:04}-{number:06}-{mod_11_10.calc_check_digit(f'{year:04}{number:06}')}"


def genuine(text: str) -> bool:
    """Whether a certificate's number was copied without a mistake."""
    return bool(mod_11_10.is_valid(text.replace("-", "")))


def half(at: datetime) -> str:
    """The part of the day a local clock time is said with: dawn, morning, noon, afternoon or evening."""
    hour = at.astimezone(LOCAL).hour
    return "dawn" if hour < 6 else "morning" if hour < 12 else "noon" if hour < 13 else "afternoon" if hour < 18 else "evening"
