"""Sitemaps against the protocol of sitemaps.org, and the news sitemap against the rules for it."""

import re
import xml.etree.ElementTree as ElementTree
from datetime import datetime, timedelta

from output import Output

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
W3C_DATE = re.compile(
    r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?"
)
MOST_URLS = 50_000
MOST_BYTES = 50 * 1024 * 1024


def read(output: Output, path: str):
    """The entries of a sitemap, and of those that an index names."""
    root = ElementTree.fromstring(output.text(path))
    if root.tag == f"{MAP}sitemapindex":
        for entry in root:
            file = output.file(entry.findtext(f"{MAP}loc") or "")
            if file is not None:
                yield from read(output, file)
    else:
        yield from root


def follow_the_protocol(output: Output):
    for path in output.files:
        if not re.search(r"(^|/)[a-z-]*sitemap[a-z0-9-]*\.xml$", path):
            continue
        try:
            root = ElementTree.fromstring(output.text(path))
        except ElementTree.ParseError as error:
            yield path, f"is not well formed: {error}"
            continue
        if root.tag not in (f"{MAP}urlset", f"{MAP}sitemapindex"):
            yield path, f"begins with `{root.tag}`"
        if len(root) > MOST_URLS or len(output.text(path).encode()) > MOST_BYTES:
            yield path, "is too large"
        locations = [entry.findtext(f"{MAP}loc") or "" for entry in root]
        if len(set(locations)) != len(locations):
            yield path, "names an address twice"
        for entry, location in zip(root, locations):
            file = output.file(location)
            if file is None:
                yield path, f"`{location}` leads nowhere"
                continue
            modified = entry.findtext(f"{MAP}lastmod")
            if modified is not None and not W3C_DATE.fullmatch(modified):
                yield path, f"`{modified}` is not a W3C date"
            elif modified is not None and "T" in modified and datetime.fromisoformat(modified) > output.as_of:
                yield path, f"`{location}` was changed in the future: {modified}"
            page = output.pages.get(file)
            if page is not None and not page.may_be_found:
                yield path, f"`{location}` is kept from search engines"
            if page is not None and page.canonical != location:
                yield path, f"`{location}` calls itself {page.canonical}"


def list_every_page_that_may_be_found(output: Output):
    if "sitemap.xml" not in output.files:
        yield "sitemap.xml", "is missing"
        return
    listed = {entry.findtext(f"{MAP}loc") for entry in read(output, "sitemap.xml")}
    for path, page in output.pages.items():
        is_further = re.search(r"(^|/)page/\d+/index\.html$", path)
        is_its_own = page.canonical == output.url(path)
        belongs = page.may_be_found and is_its_own and not is_further and not page.is_redirect
        if belongs and page.canonical not in listed:
            yield path, "is in no sitemap"


def news_is_of_the_last_two_days(output: Output):
    path = "news-sitemap.xml"
    if path not in output.files:
        return
    entries = list(ElementTree.fromstring(output.text(path)))
    if len(entries) > 1000:
        yield path, f"has {len(entries)} articles, which are more than 1,000"
    for entry in entries:
        location = entry.findtext(f"{MAP}loc")
        for name in ("publication/" + NEWS + "name", "publication/" + NEWS + "language", "publication_date", "title"):
            if not (entry.findtext(f"{NEWS}news/{NEWS}{name}") or "").strip():
                yield path, f"`{location}` has no `{name.replace(NEWS, '')}`"
        written = entry.findtext(f"{NEWS}news/{NEWS}publication_date") or ""
        try:
            age = output.as_of - datetime.fromisoformat(written)
        except (ValueError, TypeError):
            yield path, f"`{written}` is not a time with a zone"
            continue
        if not timedelta(0) <= age <= timedelta(days=2):
            yield path, f"`{location}` is of {written}"
