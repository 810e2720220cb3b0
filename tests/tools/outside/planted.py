"""Shows that every check can fail: plants one fault after another in a published site, in memory.

    python tests/tools/outside/planted.py OUTPUT --base-url URL --as-of TIME

A check that finds nothing in a site with a fault of its kind is useless.
"""

import re
import sys

from check import CHECKS, arguments_of
from output import Output


def replace(old: str, new: str):
    return lambda text: re.sub(old, new, text, count=1, flags=re.DOTALL)


def nothing(_: str) -> None:
    return None


ARTICLE = "housing/2026/11/measure-r-passes/index.html"

# The check that must find it, a file, and what happens to the file.
PLANTED = [
    ("say_what_they_are", "index.html", replace("<html lang=\"[^\"]*\"", "<html")),
    ("say_what_they_are", "index.html", replace("</h1>", "</h1><h1>Twice</h1>")),
    ("lead_somewhere", "index.html", replace("</main>", "<a href=\"/nowhere/\">x</a></main>")),
    ("lead_somewhere", "index.html", replace("</main>", "<a href=\"/about/#nothing\">x</a></main>")),
    ("lead_somewhere", "index.html", replace("</main>", "<a href=\"ftp://example.org/\">x</a></main>")),
    ("redirects_lead_somewhere", "_redirects", lambda text: text + "/old/ /nowhere/ 301\n"),
    ("browser_files_are_there", "robots.txt", nothing),
    ("no_other_host_is_asked", "index.html", replace("</main>", "<img src=\"https://cdn.example/x\" alt=\"\"></main>")),
    ("no_other_host_is_asked", "index.html", replace("</head>", "<link rel=preconnect href=//fonts.example></head>")),
    ("a_strict_policy_is_enough", "index.html", replace("<main", "<main style=\"color:red\"")),
    ("a_strict_policy_is_enough", "index.html", replace("</main>", "<script>alert(1)</script></main>")),
    ("are_read_by_an_independent_parser", "feed.xml", replace("</channel>", "")),
    ("are_read_by_an_independent_parser", "feed.xml", replace("<content:encoded>.*?</content:encoded>", "")),
    ("have_the_shape_of_their_standards", "feed.xml", replace("-0[78]00</pubDate>", "</pubDate>")),
    ("have_the_shape_of_their_standards", "atom.xml", replace("<updated>[^<]*</updated>", "")),
    ("have_the_shape_of_their_standards", "feed.json", replace("version/1.1", "version/1")),
    ("carry_the_same_articles_by_the_same_authors", "feed.xml", replace("<dc:creator>.*?</dc:creator>", "")),
    ("hold_only_absolute_addresses", "feed.json", replace("href=\\\\\"https://[^/]*/", "href=\\\\\"/")),
    ("follow_the_protocol", "sitemap.xml", replace("<lastmod>[^<]*</lastmod>", "<lastmod>yesterday</lastmod>")),
    ("follow_the_protocol", "sitemap.xml", replace("</urlset>", "")),
    ("list_every_page_that_may_be_found", "sitemap.xml", replace("<url>.*?</url>", "")),
    ("news_is_of_the_last_two_days", "news-sitemap.xml", replace("publication_date>2", "publication_date>1")),
    ("has_the_required_members", "about/index.html", replace("\"@type\":\"WebPage\",", "\"@type\":\"Article\",")),
    ("settings_reach_it", "index.html", replace("\"ethicsPolicy\":\"[^\"]*\",", "")),
    ("has_the_required_members", "index.html", replace("\"@graph\":", "")),
    ("names_addresses_that_exist", "index.html", replace("(\"ethicsPolicy\":\"[^\"]*)\"", "\\1x/\"")),
    ("says_what_open_graph_asks", "index.html", replace("property=\"og:url\" content=\"https:", "property=\"og:url\" content=\"")),
    ("says_what_open_graph_asks", ARTICLE, replace("<meta property=\"og:image:alt\"[^>]*>", "")),
    ("says_what_open_graph_asks", ARTICLE, replace("content=\"summary_large_image\"", "content=\"summary\"")),
    ("says_what_open_graph_asks", ARTICLE, replace("(:published_time\" content=\"[^T]*)[^\"]*", "\\1 18:00")),
    ("says_the_same_as_structured_data", ARTICLE, replace("(property=\"og:title\" content=\")", "\\1Not ")),
    ("says_the_same_as_structured_data", ARTICLE, replace("<meta property=\"article:author\"[^>]*>", "")),
]


def main() -> int:
    arguments = arguments_of(__doc__)
    checks = {check.__name__: check for check in CHECKS}
    failed = 0
    for name in sorted(checks.keys() - {name for name, *_ in PLANTED}):
        print(f"FAILED {name}: nothing is planted for it")
        failed += 1
    output = Output(arguments.output, arguments.base_url, arguments.as_of)
    for name, file, change in PLANTED:
        before = output.text(file)
        after = change(before)
        if after == before:
            print(f"FAILED {name}: {file} has nothing to break")
            failed += 1
        elif not finds(checks[name], output.with_file(file, after)):
            print(f"FAILED {name}: does not find a fault in {file}")
            failed += 1
    print(f"{len(PLANTED) - failed} passed, {failed} failed")
    return 1 if failed else 0


def finds(check, output: Output) -> bool:
    try:
        return any(True for _ in check(output))
    except Exception:  # A file that cannot be read at all stops the check, which is found as well.
        return True


if __name__ == "__main__":
    sys.exit(main())
