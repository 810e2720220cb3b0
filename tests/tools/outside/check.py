"""Checks a published site from outside, by nothing but its files.

    python tests/tools/outside/check.py OUTPUT --base-url URL --as-of TIME

Each check is a function of the output that gives findings, a file and a sentence each. It knows nothing of how the
files were made, so it holds for any theme and any site.
"""

import argparse
import sys
from datetime import datetime

import feeds
import linked_data
import links
import pages
import privacy
import sharing
import sitemaps
from output import Output

CHECKS = [
    pages.say_what_they_are,
    links.lead_somewhere,
    links.redirects_lead_somewhere,
    links.browser_files_are_there,
    privacy.no_other_host_is_asked,
    privacy.a_strict_policy_is_enough,
    feeds.are_read_by_an_independent_parser,
    feeds.have_the_shape_of_their_standards,
    feeds.carry_the_same_articles_by_the_same_authors,
    feeds.hold_only_absolute_addresses,
    sitemaps.follow_the_protocol,
    sitemaps.list_every_page_that_may_be_found,
    sitemaps.news_is_of_the_last_two_days,
    linked_data.has_the_required_members,
    linked_data.names_addresses_that_exist,
    linked_data.settings_reach_it,
    sharing.says_what_open_graph_asks,
    sharing.says_the_same_as_structured_data,
]

SHOWN = 12


def arguments_of(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("output", help="the output folder")
    parser.add_argument("--base-url", required=True, help="the site's base_url")
    parser.add_argument("--as-of", required=True, type=datetime.fromisoformat, help="the build's clock, with an offset")
    parser.add_argument("--without", action="append", default=[], metavar="CHECK", help="a check that is left out")
    return parser.parse_args()


def main() -> int:
    arguments = arguments_of(__doc__)
    output = Output(arguments.output, arguments.base_url, arguments.as_of)
    if not output.pages:
        print(f"there are no pages in {arguments.output}")
        return 1
    checks = [check for check in CHECKS if check.__name__ not in arguments.without]
    failed = sum(run(check, output) for check in checks)
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


def run(check, output: Output) -> bool:
    """Runs one check and tells what it found. True when it failed."""
    name = f"{check.__module__}: {check.__name__.replace('_', ' ')}"
    findings = list(check(output))
    print(f"{'FAILED' if findings else 'ok':<7} {name}")
    for file, sentence in findings[:SHOWN]:
        print(f"        {file}: {sentence}")
    if len(findings) > SHOWN:
        print(f"        … and {len(findings) - SHOWN} more")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())
