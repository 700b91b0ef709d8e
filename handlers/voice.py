"""How something is said: phrases in one language, within what a channel can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.capabilities import Capabilities
from domain.messages import Button, Outbound
from domain.replies import numbered, prepared

if TYPE_CHECKING:
    from handlers.content import Content

# The phrase below a list that says that a number chooses from it.
BY_NUMBER = "talk.reply_number"


@dataclass(frozen=True, kw_only=True)
class Voice:
    """The words for one listener."""

    content: Content
    channel: Capabilities
    language: str = "zh"

    def words(self, phrase: str, /, **values: object) -> str:
        """A phrase of content/phrases in her language."""
        return self.content.phrases.say(phrase, **values)

    def say(self, phrase: str, /, *rows: tuple[Button, ...], **values: object) -> Outbound:
        """A message made of one phrase and rows of buttons."""
        return Outbound(text=self.words(phrase, **values), buttons=rows)

    def linked(self, text: str, /, *links: tuple[str, str]) -> Outbound:
        """A text with addresses to open below it, each under its phrase; written out where a channel has no buttons."""
        if not self.channel.buttons:
            return Outbound(text="\n".join((text, *(url for _, url in links))))
        return Outbound(text=text, buttons=tuple((Button(self.words(phrase), "", url),) for phrase, url in links))

    def button(self, phrase: str, choice: str, **values: object) -> Button:
        """A button whose label is a phrase."""
        return Button(self.words(phrase, **values), choice)

    def label(self, kind: str, code: str) -> str:
        """A code in plain words."""
        return self.content.labels[kind].get(code, code)

    def called(self, name: str | None, key: str) -> str:
        """What staff call who has this name, or none, and this key."""
        return name or self.words("staff.nameless", key=key)

    def prepared(self, messages: list[Outbound]) -> list[Outbound]:
        """As few messages as her channel can carry, in her characters; what is private only where it may be shown."""
        if not self.channel.carries_private:
            elsewhere = self.content.rules.public_url
            messages = [self.say("talk.private", url=elsewhere) if message.private else message for message in messages]
        return prepared(messages, self.channel, self.language, by_number=self.words(BY_NUMBER))

    def numbered(self, message: Outbound) -> Outbound:
        """For a channel without buttons: the choices as a numbered list."""
        return numbered(message, self.words(BY_NUMBER))
