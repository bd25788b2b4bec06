"""The fixtures of the web tests: a real server with sessions."""

from tests.web.conftest import browser, open_site, page, site

__all__ = ["browser", "open_site", "page", "site"]
