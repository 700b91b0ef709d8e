"""The bots that are measured, each in its own process as its makers mean it to run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

BIN = Path(sys.executable).parent
SETTINGS = """
database: sqlite:///{folder}/motherpost.db
web: {{port: {port}, public_url: "http://127.0.0.1:{port}"}}
notices: {{quiet_hours: ["00:00", "00:00"]}}
channels:
  telegram: {{enabled: {telegram}, token: "7:stand-in", mode: webhook, webhook_secret: s3cret, api_base: "{api}", rate: {rate}, chat_interval: {rest}}}
"""


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def settings(folder: Path, *, api: str = "https://api.telegram.org", rate: float = 100_000, rest: float = 0.0) -> tuple[Path, int]:
    """A settings file in `folder` and its port; Telegram is on where `api` is the stand-in."""
    port, file = free_port(), folder / "config.yaml"
    on = "yes" if api.startswith("http://") else "no"
    file.write_text(SETTINGS.format(folder=folder, port=port, telegram=on, api=api, rate=rate, rest=rest))
    return file, port


@contextmanager
def ours(config: Path) -> Iterator[psutil.Process]:
    """`motherpost run`, ready."""
    with running([str(BIN / "motherpost"), "run", "--config", str(config)], port=None) as process:
        yield process


@contextmanager
def running(command: list[str], *, port: int | None) -> Iterator[psutil.Process]:
    """A process that prints a line with `ready` when it serves, or (with `port`) that listens there."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=None if os.environ.get("BENCH_DEBUG") else subprocess.DEVNULL, text=True
    ) as process:
        try:
            if port is None:
                assert process.stdout is not None
                if "ready" not in process.stdout.readline():
                    raise RuntimeError(f"{command} did not start")
            else:
                _listening(port)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def _listening(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as found:
            if found.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on {port}")
