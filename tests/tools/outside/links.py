"""Everything that points at something: links, images, redirects, icons. Targets in the site must exist."""

import json
import re
from urllib.parse import urlsplit

from output import Output, Page

ADDRESSES = ("href", "src", "poster", "data", "action", "formaction", "cite", "longdesc")
LISTS = ("srcset", "imagesrcset")
CSS_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")


def of(page: Page):
    """Every URL in a page."""
    for element in page.elements:
        for name in ADDRESSES:
            written = element.get(name)
            if written is not None and not (element.name == "object" and name == "cite"):
                yield written
        for name in LISTS:
            for candidate in (element.get(name) or "").split(","):
                if candidate.strip():
                    yield candidate.split()[0]
    for name in ("og:url", "og:image", "twitter:image"):
        if page.meta(name):
            yield page.meta(name)
    refresh = page.meta("refresh")
    if refresh and "url=" in refresh.lower():
        yield re.split("url=", refresh, flags=re.IGNORECASE)[1].strip(" '\"")


def lead_somewhere(output: Output):
    for path, page in output.pages.items():
        for written in of(page):
            if not written.strip():
                yield path, "has an empty URL"
                continue
            scheme = urlsplit(written).scheme.lower()
            if scheme not in ("", "http", "https", "mailto", "tel"):
                yield path, f"`{written}` has a scheme that no page needs"
            elif scheme in ("", "http", "https"):
                finding = output.finding(written, path)
                if finding:
                    yield path, finding
    for path in output.stylesheets:
        for written in CSS_URL.findall(output.text(path)):
            finding = None if written.startswith(("data:", "#")) else output.finding(written, path)
            if finding:
                yield path, finding


def redirects_lead_somewhere(output: Output):
    if "_redirects" not in output.files:
        return
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(output.base_url))
    for line in output.text("_redirects").splitlines():
        parts = line.split()
        if len(parts) != 3 or parts[2] not in ("301", "302", "307", "308"):
            yield "_redirects", f"`{line}` is not `FROM TO STATUS`"
        elif output.file(origin + parts[1]) is None:
            yield "_redirects", f"`{parts[1]}` leads nowhere"


def browser_files_are_there(output: Output):
    for name in ("index.html", "404.html", "robots.txt", "manifest.webmanifest", "sitemap.xml", "feed.xml"):
        if name not in output.files:
            yield name, "is missing"
    if "manifest.webmanifest" in output.files:
        manifest = json.loads(output.text("manifest.webmanifest"))
        for name in ("name", "start_url", "icons"):
            if not manifest.get(name):
                yield "manifest.webmanifest", f"has no `{name}`"
        for icon in manifest.get("icons", []):
            finding = output.finding(icon["src"], "manifest.webmanifest")
            if finding:
                yield "manifest.webmanifest", finding
    if "robots.txt" in output.files:
        maps = re.findall(r"(?m)^Sitemap:\s*(\S+)", output.text("robots.txt"))
        if not maps:
            yield "robots.txt", "names no sitemap"
        for url in maps:
            if output.file(url) is None:
                yield "robots.txt", f"`{url}` leads nowhere"
