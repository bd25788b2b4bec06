"""The demo shop, its assets, and the script that records its visitors."""
