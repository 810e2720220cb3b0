"""Feeds: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, each read by a parser that is not ours."""

import json
import re
import xml.etree.ElementTree as ElementTree
from datetime import datetime
from email.utils import parsedate_to_datetime

import feedparser

from output import Output, Page

RSS, ATOM, JSON = "feed.xml", "atom.xml", "feed.json"
NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def are_read_by_an_independent_parser(output: Output):
    for path in output.named(RSS, ATOM):
        # Sanitising would repair what is to be judged.
        feed = feedparser.parse(output.text(path).encode(), sanitize_html=False, resolve_relative_uris=False)
        if feed.bozo:
            yield path, f"is not well formed: {feed.bozo_exception}"
            continue
        if not feed.version.startswith("rss20" if path.endswith(RSS) else "atom10"):
            yield path, f"is taken for `{feed.version}`"
        if not feed.feed.get("title") or not feed.feed.get("link"):
            yield path, "has no title or no link"
        if not feed.entries:
            yield path, "has no entries"
        for entry in feed.entries:
            name = entry.get("title") or entry.get("id") or "an entry"
            if not entry.get("title"):
                yield path, "has an entry without a title"
            if not any(content.value.strip() for content in entry.get("content", [])):
                yield path, f"`{name}` has no content"
            if not any(author.get("name") for author in entry.get("authors", [])):
                yield path, f"`{name}` has no author"
            if not entry.get("published_parsed"):
                yield path, f"`{name}` has no date that can be read"
            if not entry.get("id"):
                yield path, f"`{name}` has no id"
            if output.file(entry.get("link", "").split("#")[0]) is None:
                yield path, f"`{name}` leads nowhere: {entry.get('link')}"


def have_the_shape_of_their_standards(output: Output):
    for path in output.named(RSS):
        yield from ((path, finding) for finding in rss_findings(output, path))
    for path in output.named(ATOM):
        yield from ((path, finding) for finding in atom_findings(output, path))
    for path in output.named(JSON):
        yield from ((path, finding) for finding in json_findings(output, path))


def rss_findings(output: Output, path: str):
    rss = ElementTree.fromstring(output.text(path))
    channel = rss.find("channel")
    if rss.tag != "rss" or rss.get("version") != "2.0" or channel is None:
        yield "is not RSS 2.0"
        return
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield f"has no `{name}`"
    selves = [link.get("href") for link in channel.findall("atom:link", NAMES) if link.get("rel") == "self"]
    if selves != [output.url(path)]:
        yield f"says that it is at {selves}"
    guids = [item.findtext("guid") for item in channel.findall("item")]
    if None in guids or len(set(guids)) != len(guids):
        yield "has items without a `guid`, or two with one"
    for item in channel.findall("item"):
        guid = item.find("guid")
        if guid is not None and guid.get("isPermaLink", "true") == "true" and output.file(guid.text or "") is None:
            yield f"`{guid.text}` is called permanent and leads nowhere"
        try:
            if parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo is None:
                yield f"`{item.findtext('pubDate')}` has no zone"
        except ValueError:
            yield f"`{item.findtext('pubDate')}` is not a date of RFC 5322"


def atom_findings(output: Output, path: str):
    feed = ElementTree.fromstring(output.text(path))
    if feed.tag != f"{{{NAMES['atom']}}}feed":
        yield "is not an Atom feed"
        return
    selves = [link.get("href") for link in feed.findall("atom:link", NAMES) if link.get("rel") == "self"]
    if selves != [output.url(path)]:
        yield f"says that it is at {selves}"
    has_author = bool(feed.findtext("atom:author/atom:name", namespaces=NAMES))
    for element in [feed, *feed.findall("atom:entry", NAMES)]:
        title = element.findtext("atom:title", namespaces=NAMES)
        for name in ("id", "title", "updated"):
            if len(element.findall(f"atom:{name}", NAMES)) != 1:
                yield f"`{title}` has no single `{name}`"
        for name in ("updated", "published"):
            written = element.findtext(f"atom:{name}", namespaces=NAMES)
            if written is not None and not is_rfc3339(written):
                yield f"`{written}` is not a time of RFC 3339"
        if element is not feed and not has_author and not element.findtext("atom:author/atom:name", namespaces=NAMES):
            yield f"`{title}` has no author"
    ids = [entry.findtext("atom:id", namespaces=NAMES) for entry in feed.findall("atom:entry", NAMES)]
    if len(set(ids)) != len(ids):
        yield "has two entries with one id"


def json_findings(output: Output, path: str):
    feed = json.loads(output.text(path))
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield f"says that its version is {feed.get('version')}"
    if not feed.get("title"):
        yield "has no `title`"
    if feed.get("feed_url") != output.url(path):
        yield f"says that it is at {feed.get('feed_url')}"
    if output.file(feed.get("home_page_url", "")) is None:
        yield f"belongs to a page that is not there: {feed.get('home_page_url')}"
    ids = [item.get("id") for item in feed.get("items", [])]
    if len(set(ids)) != len(ids) or not all(isinstance(id, str) and id for id in ids):
        yield "has items without an id, or two with one"
    for item in feed.get("items", []):
        name = item.get("title", item.get("id"))
        if not item.get("content_html", "").strip():
            yield f"`{name}` has no content"
        if not is_rfc3339(item.get("date_published", "")):
            yield f"`{name}` has no time of RFC 3339"
        if not all(author.get("name") for author in item.get("authors", [])) or not item.get("authors"):
            yield f"`{name}` has no authors"
        if output.file(item.get("url", "").split("#")[0]) is None:
            yield f"`{name}` leads nowhere: {item.get('url')}"


def carry_the_same_articles_by_the_same_authors(output: Output):
    """Each format has an element for each author, so that feed readers show all of them."""
    for path in output.named(RSS):
        folder = path[: -len(RSS)]
        missing = [folder + name for name in (ATOM, JSON) if folder + name not in output.files]
        if missing:
            yield path, f"is without {', '.join(missing)}"
            continue
        rss = [
            (item.findtext("link"), texts(item, "dc:creator"))
            for item in ElementTree.fromstring(output.text(path)).iter("item")
        ]
        atom = [
            (entry.find("atom:link[@rel='alternate']", NAMES).get("href"), texts(entry, "atom:author/atom:name"))
            for entry in ElementTree.fromstring(output.text(folder + ATOM)).findall("atom:entry", NAMES)
        ]
        items = [
            (item.get("url"), [author["name"] for author in item.get("authors", [])])
            for item in json.loads(output.text(folder + JSON))["items"]
        ]
        for other, name in ((atom, ATOM), (items, JSON)):
            for one, two in zip(rss, other):
                if one != two:
                    yield path, f"has {one} where {name} has {two}"
            if len(rss) != len(other):
                yield path, f"has {len(rss)} articles where {name} has {len(other)}"


def texts(element, path: str) -> list[str]:
    return [found.text or "" for found in element.findall(path, NAMES)]


def hold_only_absolute_addresses(output: Output):
    for path in output.named(JSON):
        for item in json.loads(output.text(path)).get("items", []):
            page = Page(path, item.get("content_html", ""))
            for element in page.elements:
                for name in ("href", "src", "srcset", "poster"):
                    written = element.get(name)
                    if written is None or written.startswith(("mailto:", "tel:", "#")):
                        continue
                    if not re.match("https?://", written):
                        yield path, f"`{written}` in `{item.get('title')}` is not absolute"
                    elif output.is_own(written) and output.file(written) is None:
                        yield path, f"`{written}` in `{item.get('title')}` leads nowhere"
                if element.name in ("form", "script", "iframe", "style") or "style" in element.attributes:
                    yield path, f"`{item.get('title')}` has <{element.name}>, which readers' programs drop"


def is_rfc3339(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text):
        return False
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
