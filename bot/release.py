"""Packs a release: what git knows of the checkout, without tests of its own machine, as one archive that runs from its folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.config import ROOT
from bot.version import VERSION


def pack(folder: Path) -> Path:
    """Write motherpost-VERSION.tar.gz into `folder`; its path. Raises CalledProcessError where this is no git checkout."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"motherpost-{VERSION}"
    target = folder / f"{name}.tar.gz"
    subprocess.run(["git", "archive", f"--prefix={name}/", "-o", str(target.resolve()), "HEAD"], cwd=ROOT, check=True)
    return target


if __name__ == "__main__":
    print(pack(Path(sys.argv[1])))
