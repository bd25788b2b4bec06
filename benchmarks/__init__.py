"""Figures against peers and limits; each module prints its own: python -m benchmarks.NAME."""
