"""`python -m bench` runs all benchmarks, `python -m bench NAME …` those. Each prints ours beside its peer with the ratio."""

from __future__ import annotations

import importlib
import sys
import traceback

NAMES = (
    "startup",
    "town",
    "routing",
    "inprocess",
    "cpu",
    "memory",
    "attack",
    "faults",
    "processes",
    "webhook",
    "latency",
    "danger",
    "notices",
    "million",
    "peer_broadcaster",
    "answers",
    "reading",
    "reading_foreign",
    "screening",
    "grouping",
    "council",
    "danger_down",
    "failover",
    "denied",
    "fund",
    "desk",
    "matching",
    "lists",
    "wechat",
    "wechat_month",
)


def main() -> None:
    """Run them; one that cannot run says why, and the others go on."""
    arguments, failed = sys.argv[1:], False
    # What the benches themselves are asked on their own command lines is not theirs here.
    del sys.argv[1:]
    for name in arguments or NAMES:
        print(f"== {name}", flush=True)
        try:
            importlib.import_module(f"bench.{name}").main()
        except (Exception, SystemExit):
            failed = True
            traceback.print_exc(limit=-3)
    sys.exit(failed)


if __name__ == "__main__":
    main()
