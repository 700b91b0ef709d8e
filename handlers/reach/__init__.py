"""How people are reached where a platform does not let us write freely: what waited is brought when they speak."""

from handlers.capability import Capability, Route
from handlers.reach import waiting

CAPABILITY = Capability(name="reach", commands={"more": Route(waiting.more)})
