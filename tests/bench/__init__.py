"""Benchmarks beside their limits, run by command and never asserted: `python -m tests.bench`."""
