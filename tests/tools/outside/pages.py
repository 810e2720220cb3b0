"""What every page says of itself in its head."""

from output import NOWHERE, Output


def say_what_they_are(output: Output):
    for path, page in output.pages.items():
        html = page.all("html")
        if not html or not html[0].get("lang"):
            yield path, "does not say its language"
        if page.is_redirect:
            if page.may_be_found:
                yield path, "leads elsewhere and is still offered to search engines"
            continue
        titles = [title.text.strip() for title in page.all("title")]
        if len([title for title in titles if title]) < 1:
            yield path, "has no title"
        if len(page.all("h1")) != 1:
            yield path, f"has {len(page.all('h1'))} headings of the first level"
        if page.meta("viewport") is None:
            yield path, "says nothing about small screens"
        canonical = page.canonical
        wanted = ["og:title", "og:type", "og:url", "og:site_name", "twitter:card"]
        if path == NOWHERE:
            wanted.remove("og:url")
            if canonical is not None or page.meta("og:url"):
                yield path, "names a URL, though it is shown at every wrong one"
        elif canonical is None or not canonical.startswith(("https://", "http://")):
            yield path, f"has no single absolute canonical URL: {canonical}"
        for name in wanted:
            if not page.meta(name):
                yield path, f"does not say `{name}`"
        if page.meta("og:image") and not page.meta("og:image:alt"):
            yield path, "has an image for sharing without a description"
        if page.meta("og:type") == "article" and not page.meta("article:published_time"):
            yield path, "is an article and does not say when it was published"
        for image in page.all("img"):
            if image.get("alt") is None:
                yield path, f"has an image without `alt`: {image.get('src')}"
