"""YAML as people write it: a few aliases, never a file that unfolds to more than the machine holds."""

from __future__ import annotations

import yaml

# The C loader is ten times as fast where it is there.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOST_ALIASES = 100


class TooManyAliases(yaml.YAMLError):
    """Aliases inside what other aliases name, or far too many of them."""


def load(text: str) -> object:
    """What the text holds. Raises yaml.YAMLError, also where aliases make it larger than it looks."""
    if "*" in text and "&" in text:
        _bounded(text)
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - safe


def _bounded(text: str) -> None:
    """An anchored part that itself holds an alias is how a small file becomes endless: it is refused."""
    aliases, depth, anchored = 0, 0, 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
            if anchored or aliases > MOST_ALIASES:
                raise TooManyAliases("aliases")
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            anchored = anchored or (depth if event.anchor else 0)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchored = 0 if anchored == depth else anchored
            depth -= 1
