"""What the tests of the index share."""

from collections.abc import Iterator

import pytest

from tests.index.stage import Stage, staged


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as made:
        yield made
