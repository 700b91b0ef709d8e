"""What lies in deploy/ is taken by the programs that it is for, and names only what the bot really has."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bot.config import ROOT
from tests.support.requires import require_haproxy

DEPLOY = ROOT / "deploy"


def test_haproxy_takes_its_configuration(tmp_path: Path) -> None:
    """Without the certificate and the names of hosts, which only a city has."""
    haproxy, file = require_haproxy(), tmp_path / "haproxy.cfg"
    text = (DEPLOY / "haproxy.cfg").read_text().replace(" ssl crt /etc/haproxy/motherpost.pem alpn h2,http/1.1", "")
    file.write_text(text.replace(".internal:8000", "").replace("presetenv BOT", "presetenv WAS"))
    bots = {f"BOT{n}": f"127.0.0.1:{8000 + n}" for n in (1, 2, 3)}
    done = subprocess.run([haproxy, "-c", "-f", file], env=bots, capture_output=True, text=True, check=False)
    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr
