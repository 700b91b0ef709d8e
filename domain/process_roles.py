"""What a process does for a city that several run for: everything, or one share of it."""

ROLES = ("all", "receiver", "sender", "schedule", "desk")
