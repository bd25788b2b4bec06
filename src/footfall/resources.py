"""Where the files lie that are not Python: beside the package in a wheel, at the top of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


def templates() -> Path:
    """Return the folder of the Jinja templates."""
    return _first_folder(_PACKAGE / "templates", _CHECKOUT / "templates")


def shop() -> Path:
    """Return the folder of the demo shop."""
    return _first_folder(_PACKAGE / "demo_site" / "shop", _CHECKOUT / "demo" / "shop")


def recordings() -> Path:
    """Return the folder of the recordings that the demo begins with."""
    return _first_folder(_PACKAGE / "demo_site" / "recordings", _CHECKOUT / "demo" / "recordings")


def static() -> Path:
    """Return the folder served under /static; the built scripts are in its `build`."""
    return _PACKAGE / "static"


def _first_folder(packaged: Path, checkout: Path) -> Path:
    return packaged if packaged.is_dir() else checkout
