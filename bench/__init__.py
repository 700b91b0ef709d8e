"""Benchmarks: each prints ours beside its peer with the ratio. They are never a test."""
