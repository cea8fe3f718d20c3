"""Counts words and ends: a job, not a server."""

from collections import Counter

print(Counter("a rose is a rose is a rose".split()).most_common(1))
