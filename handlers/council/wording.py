"""Moments as people say them."""

from __future__ import annotations

from datetime import datetime

from domain.notices import LOCAL
from handlers.voice import Voice


def meeting_time(voice: Voice, at: datetime) -> str:
    """12月5日周六 14:30."""
    local = at.astimezone(LOCAL)
    weekday = voice.words(f"form.weekdays.{local.isoweekday()}")
    return voice.words("meetings.moment", month=local.month, day=local.day, weekday=weekday, time=f"{local:%H:%M}")
