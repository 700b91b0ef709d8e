"""Real processes: the bot as `motherpost run` starts it, which may be killed at any moment, and the stand-in for Telegram."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60.0
# Children are forked from one process that holds the imports and what every start reads: a life then begins at once instead of after four seconds.
warm = multiprocessing.get_context("forkserver")
warm.set_forkserver_preload(["bot.commands.serve", "channels.telegram", "handlers.dispatch", "storage.migrations", "tests.support.warm"])


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Bot:
    """`motherpost run` on a settings file; `with` ends it with SIGKILL if nobody did before."""

    def __init__(self, config: Path, port: int) -> None:
        self.process = warm.Process(target=_serve, args=(str(config), port), daemon=True)
        self.url = f"http://127.0.0.1:{port}"

    def __enter__(self) -> Bot:
        self.process.start()
        with httpx.Client(base_url=self.url, timeout=1) as client:
            until(lambda: _answers(client) or not self.process.is_alive())
        assert self.process.is_alive(), "the bot did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """SIGKILL: nothing of it runs any more."""
        self.process.kill()
        self.process.join()


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def _serve(config: str, port: int) -> None:
    """In the child: exactly what the command does, with its messages in a file beside the settings."""
    log = os.open(f"{config}.log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.argv = ["motherpost", "run", "--config", config, "--port", str(port)]
    from bot.cli import main

    main()


class Telegram:
    """The stand-in server in its own process, steered over HTTP."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=10)
        self._seen = 0

    def inject(self, updates: list[dict[str, Any]]) -> list[int]:
        """Hand in updates; their ids."""
        found: list[int] = self._http.post("/_update", json=updates).json()
        return found

    def waiting(self) -> int:
        """Updates that are not confirmed yet."""
        return int(self._http.get("/_state").json()["waiting"])

    def taken(self) -> list[tuple[str, str]]:
        """(chat, text) of each message it took, in order; also where the bot never learned of it."""
        calls = self._http.get("/_log", params={"method": "sendMessage"}).json()
        return [(str(call["params"]["chat_id"]), call["params"]["text"]) for call in calls if call["status"] == 200]

    def count(self) -> int:
        """How many calls came in, of whatever method."""
        self._seen += len(self._http.get("/_log", params={"since": self._seen}).json())
        return self._seen

    def log(self) -> list[dict[str, Any]]:
        """Every call so far."""
        found: list[dict[str, Any]] = self._http.get("/_log").json()
        return found


@contextmanager
def telegram(*options: str) -> Iterator[Telegram]:
    """A stand-in with the options of its command line."""
    command = [sys.executable, "-m", "tests.support.telegram_server", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        server = Telegram(process.stdout.readline().split()[-1])
        try:
            yield server
        finally:
            server._http.close()
            process.terminate()


def until(condition: Any, seconds: float = READY_SECONDS) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)
