"""What a page says to those who share it: Open Graph (https://ogp.me), cards, the fediverse. Read by extruct, as other
programs read it, and held against the page's structured data, which says the same in other words."""

import re
from functools import cache
from urllib.parse import urlsplit

import extruct

from linked_data import ARTICLES, TIME, things, types
from output import NOWHERE, Output

REQUIRED = ("og:title", "og:type", "og:url", "og:site_name")
TYPES = ("website", "article", "profile")
OF_ARTICLES = ("article:published_time", "article:section")
HANDLE = re.compile(r"@[\w.-]+@[\w.-]+\.\w+")


@cache
def extracted(text: str) -> tuple[list[tuple[str, str]], list[dict]]:
    """The properties of a page, in order, and the things in its structured data."""
    found = extruct.extract(text, base_url="https://page.example/", syntaxes=["opengraph", "json-ld"])
    properties = [tuple(pair) for item in found["opengraph"] for pair in item["properties"]]
    return properties, list(things(found["json-ld"]))


def pages_of(output: Output):
    for path, page in output.pages.items():
        if not page.is_redirect:
            yield path, page, *extracted(output.text(path))


def says_what_open_graph_asks(output: Output):
    for path, page, properties, _ in pages_of(output):
        said = dict(reversed(properties))
        wanted = [name for name in REQUIRED if (path, name) != (NOWHERE, "og:url")]
        if said.get("og:type") == "article":
            wanted += OF_ARTICLES
        if "og:image" in said:
            wanted += ["og:image:width", "og:image:height", "og:image:alt"]
        yield from ((path, f"does not say `{name}`") for name in wanted if not said.get(name))
        if said.get("og:type") not in TYPES:
            yield path, f"is of the type `{said.get('og:type')}`"
        if page.canonical and said.get("og:url") != page.canonical:
            yield path, f"is shared as {said.get('og:url')} and is {page.canonical}"
        for name, value in properties:
            if name in ("og:image:width", "og:image:height") and not value.isdecimal():
                yield path, f"says `{name}` is `{value}`"
            if name in ("og:url", "og:image") and urlsplit(value).scheme not in ("http", "https"):
                yield path, f"says `{name}` is `{value}`, which is not absolute"
            if name == "og:image" and output.is_own(value) and output.file(value) is None:
                yield path, f"is shared with {value}, which is not there"
            if name.endswith("_time") and not TIME.fullmatch(value):
                yield path, f"says `{name}` is `{value}`, which is no time with a zone"
            if name.startswith("article:") and said.get("og:type") != "article":
                yield path, f"is no article and says `{name}`"
        card = page.meta("twitter:card")
        if card != ("summary_large_image" if "og:image" in said else "summary"):
            yield path, f"asks for the card `{card}`"
        for element in page.all("meta"):
            handle = element.get("content") or ""
            if element.get("name") == "fediverse:creator" and not HANDLE.fullmatch(handle):
                yield path, f"names `{handle}` of the fediverse"


def says_the_same_as_structured_data(output: Output):
    for path, page, properties, found in pages_of(output):
        articles = [thing for thing in found if not types(thing).isdisjoint(ARTICLES)]
        said = dict(reversed(properties))
        if said.get("og:type") != "article":
            continue
        if len(articles) != 1:
            yield path, f"has {len(articles)} articles in its structured data"
            continue
        article = articles[0]
        authors = [author["name"] for author in listed(article.get("author")) if "name" in author]
        pairs = {
            "og:title": article.get("headline"),
            "og:url": article.get("mainEntityOfPage"),
            "og:description": article.get("description"),
            "og:image": next((image["url"] for image in listed(article.get("image"))), None),
            "article:published_time": article.get("datePublished"),
            "article:section": article.get("articleSection"),
        }
        for name, value in pairs.items():
            if said.get(name) != value:
                yield path, f"says `{name}` is `{said.get(name)}` to those who share it, and `{value}` to machines"
        if authors != [value for name, value in properties if name == "article:author"]:
            yield path, f"is by {authors} to machines, and by others to those who share it"


def listed(value) -> list:
    return value if isinstance(value, list) else [] if value is None else [value]
