"""The table of `benches/serve`: each figure of both servers, and beside it the project's target."""

import math
import statistics

from edits import KINDS

TARGETS = {  # milliseconds: the median, the 95th percentile
    "text": (15, 40),
    "title": (15, 40),
    "template": (60, None),
}
IN_BROWSER = (100, None)
STARTS = {1_000: 0.5, 10_000: 1.5, 100_000: 7.5}  # seconds, up to so many articles
MEMORY = 300  # MB, up to 10,000 articles
WIDTH = 60  # of the first column
LARGE = 10_000  # up to so many articles the targets hold as they are,
LARGEST = 100_000  # up to so many five times the time is allowed
FACTOR = 5


def print_figures(count, figures):
    print(f"\n  {'':<{WIDTH}}" + "".join(f"{program:>22}" for program in figures) + "   target for Handbill")
    start = next((limit for size, limit in STARTS.items() if count <= size), None)
    for page in ("article", "front_page"):
        starts = {program: [each[page] for each in of["starts"]] for program, of in figures.items()}
        name = "start to the first article, s" if page == "article" else "start to the front page, s"
        print_row(name, starts, (start, None), 1, ".2f")
    for kind, what in KINDS.items():
        times = {program: of["edits"].get(kind) for program, of in figures.items()}
        print_row(f"{what}, ms", times, scaled(TARGETS.get(kind, (None, None)), count), 1000)
    for kind in TARGETS:
        times = {program: of["browser"].get(kind) for program, of in figures.items()}
        print_row(f"in Chromium: {KINDS[kind]}, ms", times, scaled(IN_BROWSER, count), 1000)
    memory = MEMORY if count <= LARGE else None
    print_memory("memory, peak, MB", figures, "memory", "peak", memory)
    more = next(iter(figures.values()))["memory_after"]["edits"]
    print_memory(f"memory, peak, after {more:,} more edits, MB", figures, "memory_after", "peak", memory)
    print_memory("memory then, MB", figures, "memory_after", "now", None)
    print("  medians, and after the stroke 95th percentiles")
    for program, of in figures.items():
        if of["others"] > 0.05:
            print(f"  other programs used {of['others']:.0%} of the cores before {program} was started")


def scaled(limits, count):
    """The limits for a site of that size; none beyond the largest that there is a target for."""
    if count > LARGEST:
        return (None, None)
    return tuple(limit and limit * (FACTOR if count > LARGE else 1) for limit in limits)


def print_row(name, times, limits, unit, format=".1f"):
    cells = []
    for of in times.values():
        if not of:
            cells.append("not measured")
        elif len(of) < 10:
            cells.append(f"{statistics.median(of) * unit:{format}}")
        else:
            cells.append(f"{statistics.median(of) * unit:,{format}} / {percentile(of) * unit:,{format}}")
    ours = times.get("handbill")
    median, most = limits
    verdicts = []
    if median is not None:
        verdicts.append(verdict(ours and statistics.median(ours) * unit, median))
    if most is not None:
        verdicts.append(verdict(ours and percentile(ours) * unit, most))
    print(f"  {name:<{WIDTH}}" + "".join(f"{cell:>22}" for cell in cells) + f"   {' / '.join(verdicts)}".rstrip())


def print_memory(name, figures, when, which, limit):
    cells = "".join(f"{of[when][which]:>22,.0f}" for of in figures.values())
    ours = figures.get("handbill")
    told = "" if limit is None else f"   {verdict(ours and ours[when][which], limit)}"
    print(f"  {name:<{WIDTH}}{cells}{told}")


def verdict(value, limit):
    if not value:
        return f"≤ {limit:g}"
    return f"≤ {limit:g} {'met' if value <= limit else 'MISSED'}"


def percentile(values):
    """The 95th percentile: of 20 values the second largest."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]
