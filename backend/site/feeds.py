"""What is new, for readers' programs: Atom (RFC 4287) and JSON Feed 1.1.

Entries are procedures and, per procedure, public contributions and official answers; never anything held back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from xml.etree.ElementTree import Element, SubElement, tostring

from litestar import Response, get

from backend.accounts.queries import org_by_slug
from backend.consultations.queries.procedures import Consultation, public_consultation, public_consultations
from backend.consultations.queries.public_view import Contribution
from backend.consultations.queries.thread import ThreadFilter, thread
from backend.consultations.rules import ZONE, local_day
from backend.consultations.types import Sorting
from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.site import feeds_calendar
from backend.web.access import PUBLIC
from backend.web.security import OPEN

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
MAX_ENTRIES = 50
SUMMARY_CHARS = 280
NOON = time(12)
NAMESPACE = "http://www.w3.org/2005/Atom"
OPT = {"access": PUBLIC, "policy": OPEN}


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news."""

    path: str
    title: str
    summary: str
    updated: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """A list of news with its own address."""

    path: str
    home: str
    title: str
    entries: tuple[Entry, ...]


@get("/feed.atom", opt=OPT, include_in_schema=False)
async def all_atom(rt: Runtime, reader: UnitOfWork) -> Response[bytes]:
    """News of all organisations as Atom."""
    return atom(await _news(reader, None, "/feed.atom"), rt)


@get("/feed.json", opt=OPT, include_in_schema=False)
async def all_json(rt: Runtime, reader: UnitOfWork) -> Response[JsonDict]:
    """News of all organisations as JSON Feed."""
    return json_feed(await _news(reader, None, "/feed.json"), rt)


@get("/{org:str}/feed.atom", opt=OPT, include_in_schema=False)
async def org_atom(org: str, rt: Runtime, reader: UnitOfWork) -> Response[bytes]:
    """News of one organisation as Atom."""
    return atom(await _news(reader, org, f"/{org}/feed.atom"), rt)


@get("/{org:str}/feed.json", opt=OPT, include_in_schema=False)
async def org_json(org: str, rt: Runtime, reader: UnitOfWork) -> Response[JsonDict]:
    """News of one organisation as JSON Feed."""
    return json_feed(await _news(reader, org, f"/{org}/feed.json"), rt)


@get("/{org:str}/b/{slug:str}/feed.atom", opt=OPT, include_in_schema=False)
async def consultation_atom(org: str, slug: str, rt: Runtime, reader: UnitOfWork) -> Response[bytes]:
    """Contributions of one procedure as Atom, newest first."""
    today = local_day(reader.now)
    found = await public_consultation(reader.session, org, slug, today=today)
    wanted = ThreadFilter(sorting=Sorting.NEWEST, size=MAX_ENTRIES)
    shown = await thread(reader.session, found.id, wanted=wanted, today=today)
    entries = tuple(_said(found, each) for each in shown.items if each.is_public)
    return atom(Feed(f"{found.path}/feed.atom", found.path, found.title.get("de", ""), entries), rt)


def atom(feed: Feed, rt: Runtime) -> Response[bytes]:
    """Return a feed as Atom."""
    base = rt.settings.public_url
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": "de"})
    SubElement(root, "id").text = base + feed.path
    SubElement(root, "title").text = feed.title
    SubElement(root, "updated").text = _newest(feed, rt).isoformat()
    SubElement(root, "link", {"rel": "self", "href": base + feed.path})
    SubElement(root, "link", {"rel": "alternate", "href": base + feed.home})
    SubElement(SubElement(root, "author"), "name").text = "Mach mit"
    for each in feed.entries:
        entry = SubElement(root, "entry")
        SubElement(entry, "id").text = base + each.path
        SubElement(entry, "title").text = each.title
        SubElement(entry, "updated").text = each.updated.isoformat()
        SubElement(entry, "link", {"href": base + each.path})
        SubElement(entry, "summary").text = each.summary
    return Response(tostring(root, encoding="utf-8", xml_declaration=True), media_type=ATOM)


def json_feed(feed: Feed, rt: Runtime) -> Response[JsonDict]:
    """Return a feed as JSON Feed 1.1."""
    base = rt.settings.public_url
    content: JsonDict = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": base + feed.home,
        "feed_url": base + feed.path,
        "language": "de",
        "items": [
            {
                "id": base + each.path,
                "url": base + each.path,
                "title": each.title,
                "content_text": each.summary,
                "date_modified": each.updated.isoformat(),
            }
            for each in feed.entries
        ],
    }
    return Response(content, media_type=JSON_FEED)


async def _news(reader: UnitOfWork, org: str | None, path: str) -> Feed:
    owner = await org_by_slug(reader.session, org) if org else None
    found = await public_consultations(reader.session, today=local_day(reader.now), org_id=owner.id if owner else None)
    newest = sorted(found, key=lambda each: each.changed_at, reverse=True)[:MAX_ENTRIES]
    title = f"Mitreden: {owner.name}" if owner else "Mitreden vor Ort"
    entries = tuple(
        Entry(each.path, each.title.get("de", ""), each.summary.get("de", ""), each.changed_at) for each in newest
    )
    return Feed(path, f"/{owner.slug}/" if owner else "/", title, entries)


def _said(consultation: Consultation, each: Contribution) -> Entry:
    text = each.translation or each.text or ""
    noon = datetime.combine(each.received_on, NOON, tzinfo=ZONE)  # feeds want a moment; the public gets the day
    return Entry(f"{consultation.path}/{each.ref}", f"Beitrag {each.ref}", text[:SUMMARY_CHARS], noon)


def _newest(feed: Feed, rt: Runtime) -> datetime:
    return max((each.updated for each in feed.entries), default=rt.clock.now())


routes = [all_atom, all_json, org_atom, org_json, consultation_atom, *feeds_calendar.routes]
