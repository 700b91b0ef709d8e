"""The version, as pyproject.toml has it: the one place where it is written down."""

from __future__ import annotations

import tomllib

from bot.config import ROOT

VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
