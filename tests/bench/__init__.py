"""Benchmarks: `python -m tests.bench visits | commands`."""
