"""The raw baseline: the work of a visit by hand-written SQL and a bare broker client, no framework.

One process and one loop, prepared statements, set-based micro-batches: as fast as an expert
would make it, with the same tables, indexes, fsync, publisher confirms and acknowledgements.
"""
