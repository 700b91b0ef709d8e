"""Mediation in the store. What is read for somebody is read through `visible` alone; the other files write, and find what is due by ids."""
