"""Lots and their counts, with the types of their rows."""
