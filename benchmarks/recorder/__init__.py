"""Footfall's recorder beside its peers in one run of Chromium: python -m benchmarks.recorder."""
