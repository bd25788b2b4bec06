"""Pure functions from NumPy columns to results: no I/O, no SQL, no HTTP, no pictures."""
