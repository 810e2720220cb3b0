"""What is edited while a server runs: for each kind of edit a file, its new text, and the page that shows it.

Both programs get the same edits; what differs is where each has its templates, and that Hugo's
sources name their own address. Each edit brings a word that was never there before, its mark: the
page is new when the mark is in it.
"""

import datetime
import itertools
import os
import re
from pathlib import Path
from typing import NamedTuple

from ground import REPOSITORY

ARTICLES = "content/articles"
LATEST = 5  # articles in the list of the latest, on both sites
KINDS = {
    "text": "an article's text",
    "title": "a title, in another page's Latest Articles",
    "template": "the base template",
    "summary": "a summary, on its section's page",
    "style": "the stylesheet",
    "date": "a date, which moves the article",
    "new": "a new article",
}
HANDBILL_OWN = ["templates/base.html", "assets/main.css"]
HUGO_OWN = ["layouts/baseof.html", "static/assets/main.css"]


class Story(NamedTuple):
    """An article as both sites have it."""

    path: str  # below the site's folder
    url: str
    date: str


class Edit(NamedTuple):
    """One save, and where it can be seen."""

    path: str
    text: str
    url: str  # the page that is to show it
    mark: str  # what is to be read there
    by_way: str = None  # a pattern for the link on that page which leads to what is to show it


class Paper:
    """One program's folder of the made-up newspaper, and the edits to it. It remembers how each file was."""

    def __init__(self, site, program, save_style):
        self.root = site.handbill if program == "handbill" else site.hugo
        self.is_hugo = program == "hugo"
        self.save_style = save_style
        self.originals = {}
        self.numbers = itertools.count(1)
        self.run = os.getpid()  # no mark of an earlier run may be taken for one of this
        self.base, self.style = HUGO_OWN if self.is_hugo else HANDBILL_OWN
        if not self.is_hugo:
            # The site's own copies come before what the program carries, so that there is a file to edit.
            for path in HANDBILL_OWN:
                (self.root / path).parent.mkdir(exist_ok=True)
                (self.root / path).write_bytes((REPOSITORY / "themes/broadsheet" / path).read_bytes())
        # Hugo's sources name their addresses; Handbill's are the same.
        paths = sorted((site.hugo / ARTICLES).glob("*/*/[!_]*.md"))
        # Their folders are year and month: the newest articles are in the last ones.
        months = sorted({path.parent for path in paths})
        recent = [path for path in paths if path.parent in months[-3:]]
        self.latest = sorted((story(site.hugo, path) for path in recent), key=lambda story: story.date)[-LATEST:]
        older = paths[: max(1, len(paths) - len(recent))]
        self.spread = [story(site.hugo, path) for path in older[:: max(1, len(older) // 50)]]

    def edit(self, kind):
        """The next edit of a kind: another article each time, by turns."""
        number = next(self.numbers)
        mark = f"edit{self.run}x{number:05}x"
        here = self.spread[number % len(self.spread)]
        new = self.latest[number % LATEST]
        if kind == "text":
            text = self.original(here.path).replace("---\n\n", f"---\n\nThe {mark} was made. ", 1)
            return Edit(here.path, text, here.url, mark)
        if kind == "title":
            return Edit(new.path, added(self.original(new.path), "title", mark), here.url, mark)
        if kind == "summary":
            section = f"/{new.url.split('/')[1]}/"
            return Edit(new.path, added(self.original(new.path), "summary", mark), section, mark)
        if kind == "template":
            text = re.sub("^<main ", f"<p>{mark}</p>\n<main ", self.original(self.base), count=1, flags=re.MULTILINE)
            return Edit(self.base, text, here.url, mark)
        if kind == "style":
            text = f"{self.original(self.style)}\n.{mark} {{ order: 1 }}\n"
            return Edit(self.style, text, here.url, mark, r'href="?([^" >]*/assets/main[^" >]*\.css)')
        if kind == "date":
            return self.moved(here, number)
        return self.added(here, mark)

    def moved(self, story, number):
        """An edit of an article's date to a month that nothing was in: its address is another then."""
        date = f"{2000 + number // 12 % 18}-{number % 12 + 1:02}-15"
        url = re.sub(r"/\d{4}/\d\d/", f"/{date[:4]}/{date[5:7]}/", story.url)
        text = re.sub(r"^date: \S+T", f"date: {date}T", self.original(story.path), count=1, flags=re.MULTILINE)
        return Edit(story.path, text.replace(f"url: {story.url}\n", f"url: {url}\n"), url, date)

    def added(self, like, mark):
        """An edit that makes an article: the newest one, with the text of another."""
        path = f"{ARTICLES}/2025/12/bench-{mark}.md"
        url = f"/{like.url.split('/')[1]}/2025/12/bench-{mark}/"
        text = re.sub(r"^title: .*$", f"title: A new one, {mark}", self.original(like.path), count=1, flags=re.MULTILINE)
        text = re.sub(r"^date: .*$", "date: 2025-12-31T12:00:00-05:00", text, count=1, flags=re.MULTILINE)
        text = re.sub(r"^(updated|lastmod): .*\n", "", text, count=1, flags=re.MULTILINE)
        self.originals.setdefault(path, None)
        return Edit(path, text.replace(f"url: {like.url}\n", f"url: {url}\n"), url, mark)

    def original(self, path):
        """A file's text before any edit."""
        if path not in self.originals:
            self.originals[path] = (self.root / path).read_text(encoding="utf-8")
        return self.originals[path]

    def save(self, path, text):
        """Saves a file as an editor does: in place, or beside it and renamed."""
        path, data = self.root / path, text.encode()
        if self.save_style == "rename":
            beside = path.with_name(f".{path.name}.tmp")
            beside.write_bytes(data)
            os.replace(beside, path)
        else:
            path.write_bytes(data)

    def restore(self):
        """Makes every file what it was."""
        for path, text in self.originals.items():
            if text is None:
                (self.root / path).unlink(missing_ok=True)
            else:
                (self.root / path).write_text(text, encoding="utf-8")
        self.originals.clear()


def story(root, path):
    text = path.read_text(encoding="utf-8")
    front_matter = dict(line.split(": ", 1) for line in text.split("---\n")[1].splitlines() if ": " in line)
    return Story(str(path.relative_to(root)), front_matter["url"], front_matter["date"])


def added(text, key, mark):
    return re.sub(rf"^{key}: (.*)$", rf"{key}: \1 {mark}", text, count=1, flags=re.MULTILINE)
