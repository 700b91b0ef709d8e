"""When a mother and a position match, how well, and why, in words she would use. For many at once: `mothers`, `posts` and what stands on them."""

from domain.matching.rules import Match, Position, Seeker, best, fits, metres, rate

__all__ = ["Match", "Position", "Seeker", "best", "fits", "metres", "rate"]
