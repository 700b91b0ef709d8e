"""How long the demo town takes to build."""

from __future__ import annotations

import time

from bench import scenes


def main() -> None:
    """Print seconds."""
    with scenes.folder() as where:
        began = time.perf_counter()
        scenes.store(where).close()
        took = time.perf_counter() - began
    print(f"demo town, 5,000 mothers and 3,200 posts, migrations included: {took:.1f} s   [wanted: < 20 s]", flush=True)


if __name__ == "__main__":
    main()
