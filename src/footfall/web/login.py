"""One password for the pages: a signed cookie, and patience with those who guess."""

import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

COOKIE: Final = "footfall"
LIFETIME_SECONDS: Final = 7 * 24 * 3600

_FREE_TRIES: Final = 5
_MAX_WAIT_SECONDS: Final = 60.0
_MAX_ADDRESSES: Final = 10_000
_FORGET_SECONDS: Final = 3600.0


@dataclass
class Failures:
    """Who guessed wrong how often. In memory only, never logged; the oldest are forgotten."""

    now: Callable[[], float] = time.monotonic
    _by_address: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)

    def wait(self, address: str) -> float:
        """Return the seconds until this address may try again: 0 for the first tries, then doubling."""
        count, last = self._by_address.get(address, (0, 0.0))
        if count < _FREE_TRIES or self.now() - last > _FORGET_SECONDS:
            return 0.0
        pause = min(2.0 ** min(count - _FREE_TRIES, 10), _MAX_WAIT_SECONDS)
        return max(last + pause - self.now(), 0.0)

    def add(self, address: str) -> None:
        """Remember a wrong guess."""
        count, last = self._by_address.pop(address, (0, 0.0))
        if self.now() - last > _FORGET_SECONDS:
            count = 0
        self._by_address[address] = (count + 1, self.now())
        if len(self._by_address) > _MAX_ADDRESSES:
            self._by_address.popitem(last=False)

    def clear(self, address: str) -> None:
        """Forget an address that knew the password."""
        self._by_address.pop(address, None)


class Login:
    """Makes and checks the cookie. Another password, or another secret, ends every login."""

    def __init__(self, password: str | None, secret: bytes) -> None:
        self._password = password
        self._key = hmac.digest(secret, b"login\0" + (password or "").encode(), hashlib.sha256)
        self.failures = Failures()

    @property
    def is_needed(self) -> bool:
        """Whether a password is set."""
        return self._password is not None

    def knows(self, password: str) -> bool:
        """Whether this is the password, in a time that does not tell how nearly."""
        return self._password is not None and hmac.compare_digest(
            _digest(password), _digest(self._password)
        )

    def cookie(self, now: float) -> str:
        """Return a cookie value that is good for seven days from `now` (seconds since 1970)."""
        until = str(int(now) + LIFETIME_SECONDS)
        return f"{until}.{self._sign(until)}"

    def accepts(self, cookie: str, now: float) -> bool:
        """Whether a cookie value is ours and not too old at `now` (seconds since 1970)."""
        until, _, signature = cookie.partition(".")
        ours = self._sign(until)
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), ours.encode()):
            return False
        return now < int(until)  # signed by us, so it is a number

    def _sign(self, until: str) -> str:
        return hmac.new(self._key, until.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _digest(password: str) -> bytes:
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest()
