"""From how few people on one could be recognised: the one limit below which a number is told to nobody who may not see the rows behind it."""

from __future__ import annotations

# A number of fewer people than these is hidden: in figures, on the board, of cases, of wages, and behind any number that opens its rows.
FEW = 5
