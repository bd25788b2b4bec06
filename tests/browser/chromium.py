"""Makes sure that there is a Chromium for the browser tests, and prints which.

One already there, else Debian's package when root, else Playwright's own download.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed() -> str | None:
    """Return the path of a Chromium of this machine; FOOTFALL_CHROMIUM names another."""
    named = os.environ.get("FOOTFALL_CHROMIUM")
    if named:
        return named
    return next((path for path in map(shutil.which, NAMES) if path), None)


def _playwright_has_one() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def main() -> int:
    """Install one where there is none; return the exit status."""
    found = installed()
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
        found = installed()
    if found is None and not _playwright_has_one():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    print(f"Browser tests run in {found or 'Chromium from Playwright'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
