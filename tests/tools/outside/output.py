"""The output folder as a browser or a crawler sees it: files, URLs, and the elements of each page."""

import posixpath
from copy import copy
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

# The page that hosts send for missing URLs.
NOWHERE = "404.html"


class Element:
    """An element of a page: its name, its attributes, and its text where it holds nothing else."""

    def __init__(self, name: str, attributes: dict[str, str]):
        self.name = name
        self.attributes = attributes
        self.text = ""

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)

    def words(self, name: str) -> list[str]:
        return (self.attributes.get(name) or "").lower().split()


class Page(HTMLParser):
    """A page, read as a list of elements in order."""

    RAW = {"script", "style", "title"}

    def __init__(self, path: str, text: str):
        super().__init__(convert_charrefs=True)
        self.path = path
        self.elements: list[Element] = []
        self._raw: Element | None = None
        self.feed(text)
        self.close()
        self.ids = {element.get("id") for element in self.elements if element.get("id")}
        self.ids |= {element.get("name") for element in self.elements if element.name == "a" and element.get("name")}

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        self._raw = element if tag in self.RAW else None

    def handle_startendtag(self, tag, attrs):
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        self._raw = None

    def handle_data(self, data):
        if self._raw is not None:
            self._raw.text += data

    def all(self, name: str) -> list[Element]:
        return [element for element in self.elements if element.name == name]

    def links(self, rel: str) -> list[Element]:
        return [element for element in self.all("link") if rel in element.words("rel")]

    def meta(self, name: str) -> str | None:
        for element in self.all("meta"):
            if name in (element.get("name"), element.get("property"), (element.get("http-equiv") or "").lower()):
                return element.get("content")
        return None

    @property
    def is_redirect(self) -> bool:
        return self.meta("refresh") is not None

    @property
    def may_be_found(self) -> bool:
        """Whether search engines are let in."""
        return "noindex" not in (self.meta("robots") or "")

    @property
    def canonical(self) -> str | None:
        found = self.links("canonical")
        return found[0].get("href") if len(found) == 1 else None


class Output:
    """A published site."""

    def __init__(self, folder: str, base_url: str, as_of: datetime):
        self.folder = Path(folder)
        self.base_url = base_url if base_url.endswith("/") else base_url + "/"
        self.as_of = as_of
        self._changed: dict[str, str | None] = {}
        files = (path for path in self.folder.rglob("*") if path.is_file())
        self.files = {path.relative_to(self.folder).as_posix() for path in files}
        html = sorted(path for path in self.files if path.endswith(".html"))
        self.pages = {path: Page(path, self.text(path)) for path in html}

    def text(self, path: str) -> str:
        changed = self._changed.get(path)
        return (self.folder / path).read_text(encoding="utf-8") if changed is None else changed

    def with_file(self, path: str, text: str | None) -> "Output":
        """The same site with another text in one file, or without that file. The folder stays as it is."""
        other = copy(self)
        other._changed = {**self._changed, path: text}
        other.files = self.files - {path} if text is None else self.files | {path}
        other.pages = {name: page for name, page in self.pages.items() if name != path}
        if text is not None and path.endswith(".html"):
            other.pages[path] = Page(path, text)
        return other

    def named(self, *names: str) -> list[str]:
        """The files with one of these names, in any folder."""
        return sorted(path for path in self.files if posixpath.basename(path) in names)

    def url(self, path: str) -> str:
        """The URL of a file: a folder's for its `index.html`."""
        is_index = path == "index.html" or path.endswith("/index.html")
        return self.base_url + (path[: -len("index.html")] if is_index else path)

    def is_own(self, url: str) -> bool:
        return url.startswith(self.base_url) or url == self.base_url.rstrip("/")

    def file(self, url: str) -> str | None:
        """The file that a host serves at a URL, if there is one. URLs of other hosts have none."""
        if not self.is_own(url):
            return None
        path = unquote(urlsplit(url).path[len(urlsplit(self.base_url).path) :])
        if path == "" or path.endswith("/"):
            path += "index.html"
        return path if path in self.files else None

    def finding(self, written: str, page: str) -> str | None:
        """The problem with a URL as written in a file, if any. URLs of other hosts are not checked."""
        url = urljoin(self.url(page), written)
        if not self.is_own(url):
            same_host = urlsplit(url).netloc == urlsplit(self.base_url).netloc
            return f"`{written}` leads out of the site's own path" if same_host else None
        file = self.file(url)
        if file is None:
            return f"`{written}` leads nowhere"
        fragment = unquote(urlsplit(url).fragment)
        target = self.pages.get(file)
        if fragment and fragment != "top" and target is not None and fragment not in target.ids:
            return f"`{written}` names an id that is not there"
        return None

    @property
    def stylesheets(self) -> list[str]:
        return sorted(path for path in self.files if path.endswith(".css"))
