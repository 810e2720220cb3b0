"""Structured data: each page's JSON-LD parses, and each thing in it has the members that its type needs."""

import json
import re
from collections.abc import Iterator

from output import Output

ARTICLES = {
    "Article", "NewsArticle", "ReportageNewsArticle", "OpinionNewsArticle", "AnalysisNewsArticle",
    "BackgroundNewsArticle", "ReviewNewsArticle", "AdvertiserContentArticle",
}
ARTICLE = [
    "headline", "datePublished", "dateModified", "author", "publisher", "mainEntityOfPage", "articleSection",
    "isAccessibleForFree", "inLanguage", "url",
]
REQUIRED = {
    "NewsMediaOrganization": ["name", "url"],
    "WebSite": ["name", "url", "publisher"],
    "WebPage": ["name", "url"],
    "CollectionPage": ["name", "url"],
    # Entries of collections, whose type a site chooses.
    "AboutPage": ["name", "url"],
    "DigitalDocument": ["name", "url"],
    "Guide": ["name", "url"],
    "ItemPage": ["name", "url"],
    "LearningResource": ["name", "url"],
    "Legislation": ["name", "url"],
    "Report": ["name", "url"],
    "TechArticle": ["name", "url"],
    "ProfilePage": ["mainEntity", "url"],
    "Person": ["name"],
    "Organization": ["name"],
    "BreadcrumbList": ["itemListElement"],
    "ListItem": ["position", "name"],
    "ImageObject": ["url"],
    "CorrectionComment": ["text", "datePublished"],
    "CreativeWork": ["name"],
    "Periodical": ["name", "url"],
    "Comment": ["text", "author", "dateCreated"],
    "Event": ["name", "startDate", "location"],
}
PUBLISHER = [
    "logo", "sameAs", "publishingPrinciples", "ethicsPolicy", "correctionsPolicy", "ownershipFundingInfo",
    "missionCoveragePrioritiesPolicy",
]
TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d))?")
TIMES = ("datePublished", "dateModified", "dateCreated", "startDate", "endDate")


def things(value) -> Iterator[dict]:
    """Every thing that has a type, however deep."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for member in value.values():
            yield from things(member)
    elif isinstance(value, list):
        for member in value:
            yield from things(member)


def types(thing: dict) -> set[str]:
    written = thing["@type"]
    return set(written) if isinstance(written, list) else {written}


def of(page):
    """The parsed blocks of a page; a finding for each that does not parse."""
    blocks, findings = [], []
    for script in page.all("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            blocks.append(json.loads(script.text))
        except json.JSONDecodeError as error:
            findings.append(f"has JSON-LD that does not parse: {error}")
    return blocks, findings


def has_the_required_members(output: Output):
    for path, page in output.pages.items():
        if page.is_redirect:
            continue
        blocks, findings = of(page)
        yield from ((path, finding) for finding in findings)
        if not blocks and not findings:
            yield path, "has no structured data"
        for block in blocks:
            if block.get("@context") != "https://schema.org":
                yield path, f"has the context {block.get('@context')}"
        found = list(things(blocks))
        kinds = set().union(*(types(thing) for thing in found)) if found else set()
        if page.meta("og:type") == "article" and kinds.isdisjoint(ARTICLES):
            yield path, f"is an article and says that it is {sorted(kinds)}"
        if page.meta("og:type") == "article" and "BreadcrumbList" not in kinds:
            yield path, "is an article without a BreadcrumbList"
        for thing in found:
            yield from ((path, finding) for finding in findings_of(thing))


def findings_of(thing: dict):
    for kind in sorted(types(thing)):
        known = ARTICLE if kind in ARTICLES else REQUIRED.get(kind)
        if known is None:
            yield f"has a {kind}, which this check does not know"
            continue
        for name in known:
            if thing.get(name) in (None, "", [], {}):
                yield f"has a {kind} without `{name}`"
        if kind == "BreadcrumbList":
            positions = [item.get("position") for item in thing.get("itemListElement", [])]
            if positions != list(range(1, len(positions) + 1)):
                yield f"has breadcrumbs at {positions}"
        if len(str(thing.get("headline", ""))) > 300:
            yield "has a headline of more than 300 characters"
    for name in TIMES:
        written = thing.get(name)
        if written is not None and not TIME.fullmatch(str(written)):
            yield f"has a `{name}` that is no time with a zone: {written}"


def settings_reach_it(output: Output):
    """For sites whose settings name a logo, a social image and policies."""
    for path, page in output.pages.items():
        for thing in things(of(page)[0]):
            kinds = types(thing)
            wanted = PUBLISHER if "NewsMediaOrganization" in kinds else [] if kinds.isdisjoint(ARTICLES) else ["image"]
            for name in wanted:
                if not thing.get(name):
                    yield path, f"has a {'/'.join(kinds)} without `{name}`"


def names_addresses_that_exist(output: Output):
    for path, page in output.pages.items():
        blocks, _ = of(page)
        for text in strings(blocks):
            if output.is_own(text) and output.file(text.split("#")[0]) is None:
                yield path, f"names `{text}`, which is not there"


def strings(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from strings(member)
