"""x."""

from collections.abc import Sequence
from typing import Final

from tests.browser.fidelity.feature import Feature

FEATURES: Final[Sequence[Feature]] = ()
