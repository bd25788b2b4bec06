"""The demo shop, which Footfall records to show what it can do."""
