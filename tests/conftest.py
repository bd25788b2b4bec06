"""Settings for all tests."""

from hypothesis import settings
from playwright.async_api import expect

# These machines are shared: how long one example takes says nothing.
settings.register_profile("footfall", deadline=None)
settings.load_profile("footfall")
# Nor how long a page takes to show something: what never comes is found all the same.
expect.set_options(timeout=30_000)
