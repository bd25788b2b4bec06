"""What machines ask of the server: whether it lives, whether it takes requests, and its figures."""

import hmac
from dataclasses import asdict
from time import time

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from footfall import __version__
from footfall.web.answers import json_answer
from footfall.web.keys import CONFIG, INDEXER, INGEST, LOG, LOGIN, METRICS, PHASE
from footfall.web.login import COOKIE


async def health(request: web.Request) -> web.StreamResponse:
    """GET /healthz: it lives. To who may see the pages: what came in, and how far the index is behind the log."""
    app = request.app
    told = {"ok": True, "version": __version__}
    if app[LOGIN].is_needed and not app[LOGIN].accepts(request.cookies.get(COOKIE, ""), time()):
        return json_answer(told)
    log, indexer = app[LOG], app[INDEXER]
    end, position = log.end, indexer.position
    return json_answer(
        {
            **told,
            "counters": asdict(app[INGEST].counters),
            "log": {"segment": end.segment, "offset": end.offset, "cut_bytes": log.cut_bytes},
            "index": {
                "segment": position.segment,
                "offset": position.offset,
                "is_behind": position < end,
                "unreadable": indexer.unreadable,
                "damaged": indexer.damaged,
            },
        }
    )


async def ready(request: web.Request) -> web.StreamResponse:
    """GET /readyz: 200 when requests should be sent here, 503 before the index has caught up and while it drains."""
    phase = request.app[PHASE]
    if phase.draining:
        return json_answer({"ready": False, "reason": "The server is stopping."}, 503)
    if not phase.caught_up:
        return json_answer({"ready": False, "reason": "The index is catching up."}, 503)
    return json_answer({"ready": True})


async def metrics(request: web.Request) -> web.StreamResponse:
    """GET /metrics, in Prometheus' text format; login_pages says who may read it."""
    text = generate_latest(request.app[METRICS])
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})


def has_metrics_token(request: web.Request) -> bool:
    """Tell whether a request for /metrics carries the token that opens it."""
    token = request.app[CONFIG].metrics_token
    if request.path != "/metrics" or token is None:
        return False
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode())
