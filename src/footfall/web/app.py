"""Composes the server: the only place that knows every part."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Final

from aiohttp import web

from footfall import resources
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
from footfall.erasure import Journal
from footfall.errors import StorageError
from footfall.index import Index
from footfall.index.found import Found
from footfall.ingest import Ingest, Receipts, create_routes
from footfall.log import Log
from footfall.projects import Projects
from footfall.web import (
    annotations,
    catalogue,
    digest_download,
    digest_mail,
    download,
    erasing,
    files,
    form_events,
    form_sessions,
    forms,
    funnel_csv,
    funnel_explain,
    funnels,
    goals,
    heat_api,
    heatmap,
    live,
    login_pages,
    looking,
    moment_kinds,
    moments,
    named_events,
    overview,
    overview_csv,
    page_templates,
    pages,
    paths,
    pick,
    problems,
    projects,
    releases,
    replay,
    segments,
    server_events,
    sessions,
    share_list,
    shared,
    state,
    steps,
    video,
    views,
    visitor,
)
from footfall.web.connections import Connections
from footfall.web.doors import guard_of, rate_of, seen_by_workers
from footfall.web.errors import errors, unknown_addresses
from footfall.web.heat_kept import KeptHeat
from footfall.web.heat_query import KINDS
from footfall.web.indexing import indexer_of
from footfall.web.keys import (
    ANNOTATIONS,
    CONFIG,
    CONNECTIONS,
    DETECTOR,
    EVENT_NAMES,
    FORM_EVENTS,
    GOALS,
    GUARD,
    INDEX,
    INDEXER,
    INGEST,
    JOURNAL,
    KEPT_HEAT,
    LOG,
    LOGIN,
    METRICS,
    OWN_MOMENTS,
    PAGE_RULES,
    PHASE,
    PROJECTS,
    QUOTAS,
    RELEASES,
    SHARES,
    TEMPLATES,
    TOKENS,
    VAULT,
    VERDICTS,
    VIEWS,
    WATCHED,
    WATCHING,
)
from footfall.web.login import Login
from footfall.web.looking import finder_of
from footfall.web.metrics import Phase, Sources, registry
from footfall.web.openapi import openapi_json
from footfall.web.render import Templates
from footfall.web.security import (
    EVENTS_API,
    RECORDER_FILES,
    add_headers,
    only_known_hosts,
    only_own_writes,
)
from footfall.web.session_assets import SESSION_ASSETS, SessionAssets
from footfall.web.tokens import ApiTokens
from footfall.web.zones import by_own_clock

__all__ = [
    "CONFIG",
    "INDEX",
    "INDEXER",
    "INGEST",
    "LOG",
    "LOGIN",
    "PROJECTS",
    "TEMPLATES",
    "VAULT",
    "create_app",
]

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes of a form or JSON body; ingest reads its own, within its own limits."""

_SETTINGS_S: Final = 1.0
_log = logging.getLogger("footfall.web")

_PROJECT: Final = "{project:[A-Za-z0-9_-]{1,64}}"  # id or key
_SESSION: Final = "{session:[A-Za-z0-9_-]{16,64}}"
_LINK: Final = "{token:[A-Za-z0-9_-]{32}}"
_SHA256: Final = "{sha256:[0-9a-f]{64}}"


def create_app(config: Config, *, index_apart: bool = False) -> web.Application:
    """Return the server over the folder that `config` names; it holds the folder until it is cleaned up.

    `index_apart`: have the index written by a process of its own, which takes no turns from this one.
    Blocking. Raises StorageError, among others when another server has the folder.
    """
    app = web.Application(
        client_max_size=MAX_BODY,
        middlewares=[
            seen_by_workers,
            errors,
            only_known_hosts,
            only_own_writes,
            login_pages.only_logged_in,
            unknown_addresses,
            by_own_clock,
        ],
    )
    _compose(app, config, index_apart=index_apart)
    app.add_routes(_routes())
    app.add_routes(create_routes(app[INGEST], app[GUARD]))
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(live.stop_watching)
    app.cleanup_ctx.extend([_follow_log, erasing.keep_erasing, _follow_settings, video.filming])
    app.cleanup_ctx.extend([digest_mail.mailing, looking.looking])
    return app


def _compose(app: web.Application, config: Config, *, index_apart: bool) -> None:
    storage = config.storage
    app[CONFIG] = config
    app[TEMPLATES] = Templates()
    app[GUARD] = guard_of(config)
    app[CONNECTIONS] = Connections()
    quotas = app[QUOTAS] = Quotas(storage / "quota", config.asset_quota_mb * 1024 * 1024)
    tail = {"tail_bytes": 0} if index_apart else {}
    log = Log(storage / "log", **tail)  # first: its lock keeps a second server out of the rest
    try:
        app[PROJECTS] = Projects(storage / "settings.db")
        app[ANNOTATIONS] = Annotations(storage / "settings.db")
        app[PAGE_RULES] = PageRules(storage / "settings.db")
        app[SHARES] = Shares(storage / "settings.db")
        app[JOURNAL] = Journal(storage / "settings.db")
        app[EVENT_NAMES] = EventNames(storage / "settings.db")
        app[FORM_EVENTS] = FormEvents(storage / "settings.db")
        app[GOALS] = Goals(storage / "settings.db")
        app[RELEASES] = Releases(storage / "settings.db")
        app[VIEWS] = Views(storage / "settings.db")
        app[WATCHED] = Watched(storage / "settings.db")
        app[TOKENS] = ApiTokens(storage / "settings.db")
        app[VAULT] = Vault(storage / "assets", quotas)
        app[INDEX] = Index(storage / "index.db")
        app[KEPT_HEAT] = KeptHeat()
        indexer = app[INDEXER] = indexer_of(log, app[INDEX], apart=index_apart)
        app[VERDICTS] = Verdicts(storage / "settings.db")
        app[OWN_MOMENTS] = OwnMoments(storage / "settings.db")
        app[DETECTOR] = Detector(finder_of(app), Found(app[INDEX].path), indexer.touched)
    except BaseException:
        log.close()
        raise
    app[LOG] = log
    app[LOGIN] = Login(config.password, app[PROJECTS].secret())
    app[INGEST] = Ingest(
        app[PROJECTS],
        log,
        app[VAULT],
        Receipts(partial(_receipts, app[JOURNAL], app[INDEX]), lambda: indexer.position),
        indexer.wake,
        rate=rate_of(config.project_rate),
    )
    app[SESSION_ASSETS] = SessionAssets()
    app[PHASE] = Phase()
    app[WATCHING] = set()
    app[METRICS] = registry(
        Sources(app[INGEST], app[GUARD], app[CONNECTIONS], log, indexer, app[PHASE])
    )


def _receipts(
    journal: Journal, index: Index, project: str, session: str
) -> Mapping[tuple[str, int], bytes] | None:
    """Return what is stored of a session, as `Receipts` asks. Blocking. Raises StorageError."""
    return None if journal.is_erased(project, session) else index.receipts(project, session)


async def _follow_log(app: web.Application) -> AsyncIterator[None]:
    try:
        await asyncio.to_thread(app[INDEXER].start)
        app[PHASE].caught_up = True
        app[DETECTOR].start()
        yield
    finally:
        await asyncio.to_thread(app[DETECTOR].stop)
        await asyncio.to_thread(app[INDEXER].stop)
        await asyncio.to_thread(app[LOG].close)
        app[INDEX].close()


async def _follow_settings(app: web.Application) -> AsyncIterator[None]:
    """See within a second what another process (a command, a worker) has changed in the projects."""

    async def follow() -> None:
        while True:
            await asyncio.sleep(_SETTINGS_S)
            try:
                app[PROJECTS].refresh()
            except StorageError as error:
                _log.error("the settings could not be read again: %s", error)

    task = asyncio.create_task(follow())
    try:
        yield
    finally:
        task.cancel()


def _routes() -> list[web.AbstractRouteDef]:
    page, api = f"/p/{_PROJECT}", f"/api/p/{_PROJECT}"
    return [
        web.get("/", projects.home),
        web.get("/projects", projects.projects_page),
        web.post("/projects", projects.create_project),
        web.get(page, projects.setup_page),
        web.post(f"{page}/key", projects.rotate_key),
        web.post(f"{page}/privacy", projects.set_privacy),
        web.post(f"{page}/policy", projects.set_policy),
        web.post(f"{page}/tokens", projects.create_token),
        web.post(f"{page}/tokens/{{token:[0-9]{{1,15}}}}/revoke", projects.revoke_token),
        web.post(f"{page}/retention", erasing.set_retention),
        web.get(f"{page}/sessions", sessions.sessions_page),
        web.get(f"{page}/sessions/{_SESSION}", replay.replay_page),
        web.get(f"{page}/shares", share_list.shares_page),
        web.post(f"{page}/shares/{{share:[0-9]{{1,15}}}}/withdraw", share_list.withdraw),
        web.get(f"{page}/pages", pages.pages_page),
        web.get(f"{page}/pages.csv", pages.pages_csv),
        web.get(f"{page}/heatmap", heatmap.heatmap_page),
        *_behaviour_routes(page, api),
        web.get(f"{api}/status", projects.status),
        web.get(f"{api}/sessions", sessions.sessions_json),
        web.post(f"{page}/views", views.save_view),
        web.post(f"{page}/views/{{view:[0-9]{{1,15}}}}/remove", views.remove_view),
        web.get(f"{api}/sessions/{_SESSION}", replay.manifest),
        web.delete(f"{api}/sessions/{_SESSION}", erasing.erase_session),
        web.delete(f"{api}/sessions/{_SESSION}/visitor", erasing.erase_visitor),
        web.get(f"{api}/sessions/{_SESSION}/chunks", replay.chunks),
        web.get(f"{api}/sessions/{_SESSION}/live", live.live),
        web.get(f"{api}/sessions/{_SESSION}/download", download.download_size),
        web.get(f"{api}/sessions/{_SESSION}/download.html", download.download),
        web.get(f"{api}/sessions/{_SESSION}/visitor", visitor.visitor),
        web.get(f"{api}/sessions/{_SESSION}/video", video.video),
        web.post(f"{api}/sessions/{_SESSION}/video", video.start_video),
        web.delete(f"{api}/sessions/{_SESSION}/video", video.cancel_video),
        web.get(f"{api}/sessions/{_SESSION}/video/file", video.video_file),
        *_annotation_routes(f"{api}/sessions/{_SESSION}"),
        web.get(f"{api}/moments", moments.moments),
        web.get(f"{api}/verdicts", moments.verdicts),
        web.put(f"{api}/verdicts", moments.set_verdict),
        web.get(f"{api}/assets/{_SHA256}", files.asset),
        web.get(f"{api}/heatmap", heat_api.heatmap_facts),
        web.post(f"{api}/heatmap/{{kind:{'|'.join(KINDS)}}}", heat_api.drawn_on_page),
        web.post(f"{api}/heatmap.csv", heat_api.elements_on_page),
        web.get(f"{api}/heatmap.{{ending:{heat_api.ENDINGS}}}", heat_api.heatmap_file),
        web.post(EVENTS_API, server_events.post_events),
        web.get("/api/openapi.json", openapi_json),
        web.get("/frame", files.frame),
        *(web.get(path, files.recorder) for path in RECORDER_FILES),
        web.get("/footfall-{name:[a-z]{1,20}}.js", files.recorder),
        web.get("/healthz", state.health),
        web.get("/readyz", state.ready),
        web.get("/metrics", state.metrics),
        web.get("/login", login_pages.login_page),
        web.post("/login", login_pages.log_in),
        web.post("/logout", login_pages.log_out),
        web.static("/static", resources.static()),
    ]


def _behaviour_routes(page: str, api: str) -> list[web.AbstractRouteDef]:
    return [
        web.get(f"{page}/funnels", funnels.funnels_page),
        web.get(f"{page}/funnels.csv", funnel_csv.funnel_csv),
        web.get(f"{page}/funnels/sessions", funnels.funnel_sessions),
        web.get(f"{page}/funnels/explain", funnel_explain.funnel_explain),
        web.get(f"{api}/funnel", funnels.funnel_json),
        web.get(f"{page}/events", catalogue.events_page),
        web.post(f"{page}/events/name", named_events.name_event),
        web.post(f"{page}/events/hide", named_events.hide_event),
        web.get(f"{page}/events/pick", pick.pick_page),
        web.get(f"{page}/events.csv", catalogue.events_csv),
        web.get(f"{api}/events", catalogue.events_json),
        web.get(f"{page}/moments", moment_kinds.moments_page),
        web.post(f"{page}/moments", moment_kinds.define_moment),
        web.post(f"{page}/moments/remove", moment_kinds.remove_moment),
        web.post(f"{page}/moments/look", moment_kinds.look_anew),
        web.get(f"{page}/segments", segments.segments_page),
        web.post(f"{page}/segments", segments.keep_segment),
        web.post(f"{page}/segments/{{view:[0-9]{{1,15}}}}/remove", segments.drop_segment),
        web.get(f"{page}/segments.csv", segments.segments_csv),
        web.get(f"{api}/segments", segments.segments_json),
        web.get(f"{page}/digest.html", digest_download.download_digest),
        web.post(f"{page}/releases", releases.mark_release),
        web.post(f"{page}/releases/{{release:[0-9]{{1,15}}}}/remove", releases.remove_release),
        web.get(f"{api}/releases", releases.releases_json),
        web.get(f"{page}/steps", steps.steps_page),
        web.get(f"{page}/paths", paths.paths_page),
        web.get(f"{page}/paths.csv", paths.paths_csv),
        web.get(f"{page}/paths/sessions", paths.path_sessions),
        web.get(f"{api}/paths", paths.paths_json),
        web.get(f"{page}/overview", overview.overview_page),
        web.post(f"{page}/goals", goals.keep_goal),
        web.post(f"{page}/goals/{{goal:[0-9]{{1,15}}}}/remove", goals.remove_goal),
        web.get(f"{page}/overview.csv", overview_csv.overview_csv),
        web.get(f"{api}/overview", overview.overview_json),
        web.get(f"{page}/forms", forms.forms_page),
        web.get(f"{page}/forms/sessions", form_sessions.form_sessions),
        web.post(f"{page}/forms/events", form_events.add_form_event),
        web.post(f"{page}/forms/events/remove", form_events.remove_form_event),
        web.get(f"{page}/forms.csv", forms.forms_csv),
        web.get(f"{api}/forms", forms.forms_json),
        web.get(f"{page}/problems", problems.problems_page),
        web.post(f"{page}/problems", problems.judge),
        web.get(f"{page}/problems.csv", problems.problems_csv),
        web.get(f"{api}/problems", problems.problems_json),
        web.get(f"{page}/templates", page_templates.templates_page),
        web.post(f"{page}/templates", page_templates.change_templates),
    ]


def _annotation_routes(session: str) -> list[web.AbstractRouteDef]:
    number, shared_api = "[0-9]{1,15}", f"/api/shared/{_LINK}"
    return [
        web.get(f"{session}/annotations", annotations.annotations),
        web.put(f"{session}/star", annotations.set_star),
        web.put(f"{session}/labels", annotations.set_labels),
        web.put(f"{session}/watched", annotations.set_watched),
        web.post(f"{session}/notes", annotations.add_note),
        web.delete(f"{session}/notes/{{note:{number}}}", annotations.remove_note),
        web.post(f"{session}/shares", annotations.add_share),
        web.delete(f"{session}/shares/{{share:{number}}}", annotations.revoke_share),
        web.get(f"/shared/{_LINK}", shared.shared_page),
        web.get(shared_api, shared.shared_manifest),
        web.get(f"{shared_api}/chunks", shared.shared_chunks),
        web.get(f"{shared_api}/assets/{_SHA256}", shared.shared_asset),
        web.get(f"{shared_api}/frame", shared.shared_frame),
    ]
