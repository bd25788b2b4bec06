"""Requests whose heads or framing are wrong: what proxies and servers have understood differently."""

import random
from collections.abc import Iterator

from tests.wire.chunks import KEY, chunk, click, ident, page_view

BODY = chunk([page_view(), click()], session=ident("smuggled"))
_PATH = b"/ingest/v1/chunk"
_SHA = b"0" * 64


def post(body: bytes, *fields: bytes, path: bytes = _PATH, version: bytes = b"1.1") -> bytes:
    """Return a request; a Content-Length is added unless the fields frame the body."""
    framed = any(field.lower().startswith((b"content-length", b"transfer-")) for field in fields)
    length = [] if framed else [b"Content-Length: %d" % len(body)]
    head = [b"POST %s HTTP/%s" % (path, version), b"Host: 127.0.0.1", *length, *fields, b"", b""]
    return b"\r\n".join(head) + body


def _chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


_SIZE = b"Content-Length: %d" % len(BODY)
_CHUNKED = b"Transfer-Encoding: chunked"
_SMUGGLED = b"GET /projects HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

REFUSED: dict[str, bytes] = {
    # framing
    "length and chunked": post(_chunked(BODY), _SIZE, _CHUNKED),
    "chunked and length": post(_chunked(BODY), _CHUNKED, _SIZE),
    "length 0, chunked, a second request": post(b"0\r\n\r\n" + _SMUGGLED, b"Content-Length: 5", _CHUNKED),
    "two lengths": post(BODY, _SIZE, b"Content-Length: 1"),
    "two equal lengths": post(BODY, _SIZE, _SIZE),
    "a list of lengths": post(BODY, b"Content-Length: 5, 5"),
    "length with a sign": post(BODY, b"Content-Length: +%d" % len(BODY)),
    "length below 0": post(BODY, b"Content-Length: -1"),
    "length in hex": post(BODY, b"Content-Length: 0x10"),
    "length of 2^64": post(BODY, b"Content-Length: 18446744073709551616"),
    "length with an underscore": post(BODY, b"Content-Length: 1_0"),
    "length with a space inside": post(BODY, b"Content-Length: 1 0"),
    "empty length": post(BODY, b"Content-Length:"),
    "chunked twice": post(_chunked(BODY), _CHUNKED, _CHUNKED),
    "chunked not last": post(_chunked(BODY), b"Transfer-Encoding: chunked, identity"),
    "unknown transfer coding": post(_chunked(BODY), b"Transfer-Encoding: xchunked"),
    "chunk size in no hex": post(b"zz\r\nabc\r\n0\r\n\r\n", _CHUNKED),
    "chunk size of 2^64": post(b"10000000000000000\r\nabc\r\n0\r\n\r\n", _CHUNKED),
    "chunk size below 0": post(b"-1\r\nabc\r\n0\r\n\r\n", _CHUNKED),
    "chunk without its end": post(b"3\r\nabcdef\r\n0\r\n\r\n", _CHUNKED),
    # heads
    "obsolete folding": post(BODY, _SIZE, b"X-A: 1\r\n 2"),
    "folded framing": post(_chunked(BODY), b"Transfer-Encoding:\r\n chunked"),
    "space before the colon": post(BODY, b"Content-Length : %d" % len(BODY)),
    "space before a name": post(BODY, _SIZE, b" X-A: 1"),
    "bare line feeds": post(BODY, _SIZE).replace(b"\r\n", b"\n"),
    "bare carriage return": post(BODY, _SIZE, b"X-A: 1\rX-B: 2"),
    "nul in a value": post(BODY, _SIZE, b"X-A: a\0b"),
    "nul in a name": post(BODY, _SIZE, b"X\0A: 1"),
    "no name": post(BODY, _SIZE, b": 1"),
    "no colon": post(BODY, _SIZE, b"hello"),
    "a field of 100 KB": post(BODY, _SIZE, b"X-A: " + b"a" * 100_000),
    "a thousand fields": post(BODY, _SIZE, *(b"X-%d: 1" % n for n in range(1_000))),
    "a line of 100 KB": post(BODY, path=b"/ingest/" + b"a" * 100_000),
    "HTTP/9.9": post(BODY, version=b"9.9"),
    "not HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "nul bytes": bytes(1_000) + b"\r\n\r\n",
    "no method": b" / HTTP/1.1\r\n\r\n",
    # what is asked
    "a body with a coding": post(BODY, b"Content-Encoding: gzip"),
    "a body of brotli": post(BODY, b"Content-Encoding: br"),
    "length of 100 MB": post(b"", b"Content-Length: 100000000"),
    "another method": b"PUT %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n" % _PATH,
    "tracing": b"TRACE %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % _PATH,
    "a tunnel": b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "another version of the path": post(BODY, path=b"/ingest/v2/chunk"),
    "the path with dots": post(BODY, path=b"/ingest/v1/../../settings.db"),
    "the path encoded": post(BODY, path=b"/ingest/v1/%2e%2e%2f%2e%2e%2fsettings.db"),
    "the path with a nul": post(BODY, path=b"/ingest/v1/chunk%00"),
    "static with dots": b"GET /static/../../pyproject.toml HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "static encoded": b"GET /static/%2e%2e/%2e%2e/pyproject.toml HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "static, backslashes": b"GET /static/..%5c..%5cpyproject.toml HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "a file of a long name": b"GET /static/" + b"a" * 5_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "a file of nul": b"GET /static/%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "an address of another scheme": b"GET ftp://[/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "another host": b"GET /projects HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a host that is none": b"GET /projects HTTP/1.1\r\nHost: [\r\n\r\n",
    "a port of 2^64": b"GET /projects HTTP/1.1\r\nHost: a:18446744073709551616\r\n\r\n",
    "a session with dots": b"GET /api/p/p/sessions/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "an asset with dots": post(BODY, path=b"/ingest/v1/asset?project=%s&sha256=../../etc/passwd" % KEY.encode()),
    "an asset of nobody": post(BODY, path=b"/ingest/v1/asset?project=x&sha256=" + _SHA),
    "an asset that lies": post(BODY, path=b"/ingest/v1/asset?project=%s&sha256=%s" % (KEY.encode(), _SHA)),
    "an asset without a hash": post(BODY, path=b"/ingest/v1/asset?project=" + KEY.encode()),
    "an asset of 100 MB": post(
        b"", b"Content-Length: 100000000", path=b"/ingest/v1/asset?project=%s&sha256=%s" % (KEY.encode(), _SHA)
    ),
    "a query of bad escapes": post(b"x", path=b"/ingest/v1/chunk?token=%ff%fe%zz"),
    "an Expect of something else": post(BODY, b"Expect: 200-maybe"),
}  # fmt: skip
"""Requests by what is wrong with them. Each is answered with a 4xx, or its connection closed; never is it stored."""


def random_damage(seed: int, count: int) -> Iterator[bytes]:
    """Yield a good request, its head changed at random; what is left may still be a good one."""
    dice = random.Random(seed)
    good = post(BODY, b"Origin: https://shop.example", b"X-Forwarded-For: 203.0.113.9")
    end = good.index(b"\r\n\r\n") + 4
    for _ in range(count):
        head = bytearray(good[:end])
        for _ in range(dice.choice([1, 1, 2, 5])):
            at = dice.randrange(len(head))
            what = dice.randrange(3)
            if what == 0:
                head[at] = dice.choice([0, 9, 10, 13, 32, 58, 127, 255, dice.randrange(256)])
            elif what == 1:
                del head[at : at + dice.randrange(1, 8)]
            else:
                head[at:at] = dice.randbytes(dice.randrange(1, 8))
        yield bytes(head) + good[end:]
