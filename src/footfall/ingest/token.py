"""The write token of a session: who got the answer to its first chunk may go on writing (TRUST 10)."""

import hmac
from base64 import urlsafe_b64encode
from typing import Final

TOKEN_BYTES: Final = 24


def sign(secret: bytes, project: str, session: str) -> str:
    """Return the session's token, 32 URL-safe characters."""
    mac = hmac.digest(secret, f"chunk|{project}|{session}".encode(), "sha256")
    return urlsafe_b64encode(mac[:TOKEN_BYTES]).decode("ascii")


def is_valid(token: str, secret: bytes, project: str, session: str) -> bool:
    """Tell whether a token is the session's, in constant time."""
    return is_same(token, sign(secret, project, session))


def is_same(token: str, right: str) -> bool:
    """Tell whether a token is the right one, in constant time."""
    return hmac.compare_digest(token.encode("utf-8", "replace"), right.encode())
