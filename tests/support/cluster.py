"""Two PostgreSQL of their own, a primary and its synchronous standby, as deploy/cluster/cluster.sh brings them up."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.process import ROOT

SCRIPT = ROOT / "deploy" / "cluster" / "cluster.sh"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


class Pair:
    """`url` finds whichever takes writes; `standby` is the second one alone."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self.url = self.does("url")
        self.primary, self.standby = (f"postgresql+psycopg://postgres@127.0.0.1:{one}/postgres" for one in (port, port + 1))

    def does(self, what: str) -> str:
        """One of the script's commands; what it printed."""
        # What it starts keeps its standard error open: that goes into a file.
        with tempfile.TemporaryFile() as wrong:
            done = subprocess.run(
                [SCRIPT, self._folder, what], env={**os.environ, "PORT": str(self._port)}, stdout=subprocess.PIPE, stderr=wrong, check=False
            )
            wrong.seek(0)
            assert done.returncode == 0, wrong.read().decode()
        return done.stdout.decode().strip()


@contextmanager
def pair() -> Iterator[Pair]:
    """Both run, and the second follows; nothing of them is left afterwards."""
    with tempfile.TemporaryDirectory(
        prefix="motherpost-pair.", dir=MEMORY if MEMORY.is_dir() else None, ignore_cleanup_errors=True
    ) as folder:
        found = Pair(Path(folder) / "cluster", _ports())
        # PostgreSQL, which does not run as root, has to get into it.
        Path(folder).chmod(0o755)
        try:
            found.does("postgresql")
            yield found
        finally:
            found.does("down")


def _ports() -> int:
    """The first of two that nobody listens on."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
