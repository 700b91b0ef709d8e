"""The kinds of notice that staff write themselves."""

from domain.notices import COMMON, Kind

KINDS = {
    "broadcast": Kind(counts=True),
    # Storm or water cut, with a second person's word: at once, day or night.
    "urgent": Kind(quiet=False),
}
# What one broadcast's row may be.
SENT = {**KINDS, "correction": COMMON["correction"]}
