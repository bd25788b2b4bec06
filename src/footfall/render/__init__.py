"""From arrays to PNG bytes and legends: no I/O, and no image of a visitor is ever decoded here."""
