"""What a browser fetches and runs when it opens a page: nothing of another host, and nothing that a
Content-Security-Policy without `unsafe-inline` would refuse."""

import re
from urllib.parse import urljoin, urlsplit

from links import CSS_URL
from output import Element, Output

FETCHED_RELS = {
    "stylesheet", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "icon", "apple-touch-icon",
    "mask-icon", "manifest", "prerender",
}
FETCHING = {
    "img", "script", "iframe", "frame", "embed", "object", "audio", "video", "source", "track", "input", "image", "use",
}
CSS_IMPORT = re.compile(r"@import\s+['\"]([^'\"]+)['\"]")
DATA_BLOCKS = {"application/ld+json", "application/json"}


def fetched(element: Element):
    """The URLs that a browser fetches because of an element."""
    if element.name == "link" and not FETCHED_RELS.isdisjoint(element.words("rel")):
        yield element.get("href") or ""
    if element.name in FETCHING:
        for name in ("src", "data", "poster", "href", "xlink:href"):
            if element.get(name):
                yield element.get(name)
    for name in ("srcset", "imagesrcset"):
        for candidate in (element.get(name) or "").split(","):
            if candidate.strip():
                yield candidate.split()[0]


def no_other_host_is_asked(output: Output):
    own = urlsplit(output.base_url).netloc

    def foreign(written: str, path: str) -> bool:
        parts = urlsplit(urljoin(output.url(path), written))
        return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != own

    for path, page in output.pages.items():
        for element in page.elements:
            for written in fetched(element):
                if foreign(written, path):
                    yield path, f"<{element.name}> asks `{written}`"
    for path in output.stylesheets:
        text = output.text(path)
        for written in CSS_URL.findall(text) + CSS_IMPORT.findall(text):
            if foreign(written, path):
                yield path, f"asks `{written}`"


def a_strict_policy_is_enough(output: Output):
    for path, page in output.pages.items():
        for element in page.elements:
            if "style" in element.attributes:
                yield path, f"<{element.name}> has a `style` attribute"
            for name in element.attributes:
                if name.startswith("on"):
                    yield path, f"<{element.name}> has an `{name}` attribute"
            if element.name == "style":
                yield path, "has a <style> element"
            if element.name == "script" and not element.get("src") and element.get("type") not in DATA_BLOCKS:
                yield path, "has an inline script"
            for name in ("href", "src", "action"):
                if (element.get(name) or "").strip().lower().startswith(("javascript:", "data:text/html")):
                    yield path, f"<{element.name}> runs its URL"
        policy = page.meta("content-security-policy")
        if policy and ("unsafe-inline" in policy or "unsafe-eval" in policy):
            yield path, f"has a policy that allows too much: {policy}"
