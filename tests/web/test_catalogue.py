"""The catalogue of events: from recorded chunks to the page, JSON, CSV, sessions and funnels."""

import csv
import html
import io
import re
from typing import Any

from footfall.wire.facts import Event, Excerpt, Link, Submit
from tests.web.conftest import Site
from tests.wire import chunks
from tests.wire.chunks import T0, click, page_view


async def test_events_are_counted_and_lead_to_sessions_and_funnels(site: Site) -> None:
    project = site.project()
    base = f"/p/{project.id}"
    assert "No events yet" in await site.text(f"{base}/events")
    bought: list[Any] = [
        page_view(0),
        click(100),
        click(200),
        Event(300, "=buy <b>", '{"price": 12, "plan": "<i>"}'),
        Event(400, "=buy <b>", '{"price": 12}'),
        Link(500, 1, "a", "download", "https://shop.example/a.pdf", "pdf", "Price list"),
    ]
    looked: list[Any] = [page_view(0), Excerpt(100, 1, "p", "copy", 5)]
    looked.append(page_view(50, number=2, url="https://shop.example/search/"))
    looked.append(page_view(60, number=3, url="https://shop.example/?page=2&q=mug"))
    looked.append(page_view(70, number=4, url="https://shop.example/?faq=1&sq=2"))
    looked.append(
        Submit(80, 9, "form#Site-Search", 0, "", "Go", "get", "https://shop.example/", False)
    )
    looked.append(Excerpt(200, 1, "p", "select", 5))
    await site.remember(project, "buyer", bought, T0)
    await site.remember(project, "looker", looked, T0)
    told = {one["name"]: one for one in (await site.json(f"/api{base}/events"))["events"]}
    assert {name: (one["events"], one["sessions"]) for name, one in told.items()} == {
        "Page viewed": (5, 2),
        "Clicked": (2, 1),
        "Submitted a form": (1, 1),
        "Downloaded a file": (1, 1),
        "Left by a link": (0, 0),
        "Played a video or audio": (0, 0),
        "Copied text": (1, 1),
        "Searched the site": (1, 1),
        "Searched by a form": (1, 1),
        "Searched by a query in the address": (1, 1),
        "=buy <b>": (2, 1),
    }
    assert told["=buy <b>"]["properties"] == [
        {"name": "price", "events": 2, "top": [["12", 2]]},
        {"name": "plan", "events": 1, "top": [["<i>", 1]]},
    ]
    assert told["=buy <b>"]["last"] == T0 + 400
    assert sum(told["Clicked"]["trend"]) == 2
    page = await site.text(f"{base}/events")
    assert "<b>" not in page
    values = dict(re.findall(r'href="([^"]+)" aria-label="Sessions with ([^"]+)"', page))
    assert sorted(html.unescape(one) for one in values.values()) == ["plan <i>", "price 12"]
    for link in values:
        assert chunks.ident("buyer") in await site.text(html.unescape(link))
    links = [html.unescape(one) for one in re.findall(r'href="([^"]+)"', page)]
    for link in (one for one in links if one.startswith(f"{base}/sessions?")):
        behind = await site.text(link)
        is_copy = any(
            one in link for one in ("did=copy", "did=submit", "search", "q%3D")
        )  # what the looker alone did
        assert (chunks.ident("looker") in behind) == is_copy
        assert (chunks.ident("buyer") in behind) != is_copy
    funnels = [one for one in links if one.startswith(f"{base}/funnels?")]
    assert len(funnels) == len(told)
    for link in funnels:
        await site.text(link)
    rows = list(csv.reader(io.StringIO(await site.text(f"{base}/events.csv"))))
    assert rows[-1][:4] == ["'=buy <b>", "1", "2", "1"]
    assert "Nothing happened here" in await site.text(f"{base}/events?time=today")
