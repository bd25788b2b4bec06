"""What handlers find in the application, by typed key; `app` puts it there."""

from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry

from footfall.annotations import (
    Annotations,
    EventNames,
    FormEvents,
    Goals,
    PageRules,
    Releases,
    Shares,
    Views,
    Watched,
)
from footfall.assets import Quotas, Vault
from footfall.config import Config
from footfall.detect import Detector, OwnMoments, Verdicts
from footfall.erasure import Eraser, Journal
from footfall.index import AnyIndexer, Index
from footfall.ingest import Guard, Ingest
from footfall.log import Log
from footfall.projects import Projects
from footfall.web.connections import Connections
from footfall.web.heat_kept import KeptHeat
from footfall.web.login import Login
from footfall.web.metrics import Phase
from footfall.web.render import Templates
from footfall.web.tokens import ApiTokens

CONFIG: Final = web.AppKey("config", Config)
PROJECTS: Final = web.AppKey("projects", Projects)
ANNOTATIONS: Final = web.AppKey("annotations", Annotations)
PAGE_RULES: Final = web.AppKey("page_rules", PageRules)
SHARES: Final = web.AppKey("shares", Shares)
JOURNAL: Final = web.AppKey("journal", Journal)
ERASER: Final = web.AppKey("eraser", Eraser)
EVENT_NAMES: Final = web.AppKey("event_names", EventNames)
FORM_EVENTS: Final = web.AppKey("form_events", FormEvents)
GOALS: Final = web.AppKey("goals", Goals)
RELEASES: Final = web.AppKey("releases", Releases)
VIEWS: Final = web.AppKey("views", Views)
WATCHED: Final = web.AppKey("watched", Watched)
TOKENS: Final = web.AppKey("tokens", ApiTokens)
LOG: Final = web.AppKey("log", Log)
VAULT: Final = web.AppKey("vault", Vault)
INDEX: Final = web.AppKey("index", Index)
KEPT_HEAT: Final = web.AppKey("kept_heat", KeptHeat)
INDEXER: Final = web.AppKey[AnyIndexer]("indexer")
GUARD: Final = web.AppKey("guard", Guard)
CONNECTIONS: Final = web.AppKey("connections", Connections)
QUOTAS: Final = web.AppKey("quotas", Quotas)
PHASE: Final = web.AppKey("phase", Phase)
METRICS: Final = web.AppKey("metrics", CollectorRegistry)
DETECTOR: Final = web.AppKey("detector", Detector)
OWN_MOMENTS: Final = web.AppKey("own_moments", OwnMoments)
VERDICTS: Final = web.AppKey("verdicts", Verdicts)
INGEST: Final = web.AppKey("ingest", Ingest)
TEMPLATES: Final = web.AppKey("templates", Templates)
LOGIN: Final = web.AppKey("login", Login)
WATCHING: Final = web.AppKey("watching", set[object])
"""The streams of sessions in progress that are open."""
