"""A store that is older than the list of deletions beside it: whoever was forgotten since is forgotten again before anybody is served."""

from __future__ import annotations

from datetime import datetime

from handlers import profile
from handlers.content import Content
from handlers.scene import Scene
from storage import erased
from storage.database import Store, lock


def again(store: Store, content: Content, *, now: datetime) -> int:
    """Delete anew what the list says was deleted and this store still has; of how many persons. Raises OSError."""
    if store.beside is None:
        return 0
    with store.read() as tx:
        missed = erased.missed(tx, store.beside)
        people = erased.people(tx, {one.person for one in missed}) if missed else {}
    count = 0
    for entry in missed:
        with store.begin() as tx:
            # Another process may have done it meanwhile.
            lock(tx, "erased")
            if erased.knows(tx, entry):
                continue
            if person_id := people.get(entry.person):
                profile.erase(Scene(tx=tx, content=content, now=now, person_id=person_id))
                count += 1
            erased.remember(tx, entry)
    store.list_erased()
    return count
