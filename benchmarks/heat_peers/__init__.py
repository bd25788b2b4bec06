"""Footfall's click picture beside datashader, heatmap.js and simpleheat, in one run."""
