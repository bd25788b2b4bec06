"""Makes sure that there are a Firefox and a WebKitGTK for the browser tests: Debian's packages, when root.

FOOTFALL_BROWSERS names those that are wanted, "firefox,webkit" without it; what is not named is not tested.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

# For each: the programs it needs, each any one of several, and the packages that bring them.
_NEEDS: Final[Mapping[str, tuple[Sequence[Sequence[str]], Sequence[str]]]] = {
    "firefox": ((("firefox-esr", "firefox"),), ("firefox-esr",)),
    "webkit": ((("WebKitWebDriver",), ("Xvfb",)), ("webkit2gtk-driver", "xvfb")),
}


def wanted() -> Sequence[str]:
    """Return the browsers to test besides Chromium."""
    named = os.environ.get("FOOTFALL_BROWSERS", ",".join(_NEEDS)).split(",")
    return [name for name in _NEEDS if name in map(str.strip, named)]


def lacking() -> Sequence[str]:
    """Return the packages that are to be installed for the wanted ones."""
    return [
        package
        for name in wanted()
        if not all(any(map(shutil.which, programs)) for programs in _NEEDS[name][0])
        for package in _NEEDS[name][1]
    ]


def main() -> int:
    """Install what is lacking; return the exit status. What cannot be installed fails its test, with a reason."""
    packages = lacking()
    if packages and shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            subprocess.run(
                ["apt-get", "-qq", *command],
                check=False,
                env=environment,
                stdout=subprocess.DEVNULL,
            )
        packages = lacking()
    if packages:
        print(f"Missing for browser tests: {', '.join(packages)} (FOOTFALL_BROWSERS says which).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
