#!/usr/bin/env python3
"""Writes one made-up newspaper twice: as a Handbill site and as a Hugo site.

    sample_site.py ARTICLES DIR

makes DIR/handbill and DIR/hugo from the same texts. The same number of articles gives the same
bytes on any machine: every choice comes from one seeded generator, and no clock is read.

The texts are nonsense with the shape of news: 500 to 900 words an article, headings, lists,
emphasis, a quotation, links to other articles by relative path, outside links, now and then a table
or a footnote. The two sites differ only in what each program wants to hear: the front matter's
keys, the settings file, and where an author's or topic's file lies. Hugo's templates are the
folder `hugo_theme` beside this file.
"""

import datetime
import functools
import json
import os
import random
import re
import shutil
import sys
from typing import NamedTuple

BASE_URL = "https://bench.example/"
TITLE = "The Bench Courier"
DESCRIPTION = "Made-up news, for measuring only"
FIRST_DAY = datetime.datetime(2018, 1, 2)
LAST_DAY = datetime.datetime(2025, 12, 30)
UTC_OFFSET = "-05:00"  # New York's winter; the hours are chosen so that the day is the same in summer

SECTIONS = [
    ("news", "News", "news"),
    ("labor", "Labor", "news"),
    ("health", "Health", "news"),
    ("housing", "Housing", "news"),
    ("investigations", "Investigations", "analysis"),
    ("opinion", "Opinion", "opinion"),
]

TOPIC_NAMES = """
    Rent control, Eviction, Night shifts, Bus drivers, School meals, Clean water, Air quality,
    Nurses, Waiting lists, Mental health, Home care, Dental care, Minimum wage, Tip theft,
    Collective bargaining, Strikes, Arbitration, Pensions, Sick leave, Parental leave, Child care,
    Libraries, Public parks, Street safety, Cycling, Ferries, Rail freight, Airports, Warehouses,
    Data centers, Broadband, Privacy, Surveillance, Policing, Courts, Bail, Prisons, Reentry,
    Voting rights, Redistricting, Ballot measures, Campaign money, Lobbying, Open records,
    Audits, Procurement, Property tax, Credit unions, Student debt, Apprenticeships,
    Community college, Farm workers, Food prices, Fisheries, Wildfire, Flooding, Heat,
    Solar power, Transit fares, Land trusts
"""
FIRST_NAMES = """Ada Bela Caro Dov Edda Femi Gita Hugo Ines Jun Kofi Lena Marek Nora Omar Priya
    Quentin Rosa Sami Tova""".split()
LAST_NAMES = """Abara Brandt Castellano Dupree Eze Fontaine Garrity Holloway Iyer Jansen Kowal
    Lindqvist Moreau Nakata Okafor Pereira Quist Rahimi Sandoval Tanaka""".split()
ROLES = ["Reporter", "Senior reporter", "Editor", "Columnist", "Data reporter", "Correspondent"]
PLACES = """Harbor City, Millbrook, East Quay, Fallow County, the North Valley, Port Anselm,
    Two Rivers, the Old Docks, Linden Heights, Saltmarsh, Cedar Junction, the Mission Flats"""

SUBJECTS = """
    the city council, the tenants' association, a coalition of nurses, the transit board,
    the hospital's management, a group of parents, the county auditor, the workers' committee,
    the landlord's lawyers, the regional water authority, a panel of three judges,
    the drivers on the night line, the school district, the state labor commissioner,
    a former supervisor, the union's bargaining team, the developer, the planning department,
    two independent economists, the newspaper's own count, a letter seen by this newsroom,
    the mayor's office, the pension fund, an internal memorandum, most of the people at the hearing,
    the company's chief negotiator, a spokesperson for the agency, the neighborhood clinic
"""
VERBS = """
    rejected, confirmed, postponed, promised, described, published, withdrew, questioned,
    defended, voted against, signed, quietly dropped, asked for, could not explain, approved,
    refused to release, had already budgeted for, pointed to, measured, put a price on,
    complained about, had been warned of, would not comment on, counted, negotiated, celebrated
"""
OBJECTS = """
    a plan to close the clinic on weekends, the second draft of the agreement,
    a rent increase of 14 percent, the results of the safety inspection, overtime for 320 people,
    the contract with the outside supplier, a proposal for shorter routes,
    the cost of the new building, more than a dozen complaints, a report of 96 pages,
    the demand for two nurses on each ward, a fund for families who lost their homes,
    the schedule that had been agreed in March, an offer that fell short of inflation,
    the removal of asbestos from four schools, public access to the minutes of the meeting,
    the lead pipes under the oldest streets, a settlement worth $2.3 million,
    the figures for the first half of the year, a promise made before the election,
    the staffing levels at the care home, the sale of the last public pier,
    an exemption that only one company uses, the wait of eleven weeks for a first appointment
"""
CIRCUMSTANCES = """
    on Tuesday evening, after a hearing that lasted until midnight, without giving a reason,
    although the deadline had passed, for the third time this year, in front of some 200 people,
    while talks were still going on, at the request of the residents,
    as the first signatures were being counted, in a statement of two sentences,
    despite the objections of its own staff, days before the vote, by a margin of one,
    since the law leaves no other choice, according to records obtained under the open records act,
    when the numbers were finally made public, and nobody in the room seemed surprised,
    with help from volunteers, even though the money is there, until the end of the month
"""
OPENINGS = """
    In the end, By contrast, A week later, So far, Behind closed doors, On paper, In practice,
    According to the minutes, Not for the first time, For the families, Under the old rules
"""
QUOTES = """
    We were told to wait, and we have waited long enough; Nobody asked the people who do the work;
    You can't run a ward on promises; It isn't about the money, it's about being heard;
    The numbers don't add up, and they never did; I'd rather have a straight answer than a new plan;
    They have had this report since January; If it can be done in the north, it can be done here;
    We keep our side of the bargain; I have worked here for 22 years and never seen this
"""
HEADINGS = """
    What the records show, A long road to the vote, Who pays, The view from the night shift,
    How we got here, Two sets of numbers, A promise and its price, Inside the hearing room,
    What the law says, The case against, Neighbors respond, Counting the cost, A question of trust,
    Looking north, What was left out, The fine print, Voices from the line, An offer refused
"""
LAST_HEADING = "What happens next"  # half of the articles end with it, and others link to it
TITLE_SUBJECTS = """
    Council, Tenants, Nurses, Transit board, Hospital, Parents, Auditor, Drivers, School district,
    Union, Developer, Judges, Water authority, Mayor, Pension fund, Home carers, Dockworkers
"""
TITLE_VERBS = """
    rejects, delays, wins, questions, defends, drops, reopens, approves, challenges, loses,
    demands, settles, publishes, abandons, doubles down on
"""
TITLE_OBJECTS = """
    plan for weekend closures, rent deal, new staffing rules, safety report, overtime dispute,
    pier sale, bus route cuts, pipe replacement, wage offer, eviction freeze, audit of contracts,
    appointment backlog, land trust vote, records request, school repairs, clinic merger
"""


def main():
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        sys.exit(__doc__.strip())
    count, folder = int(sys.argv[1]), sys.argv[2]
    paper = Paper(count)
    handbill = Tree(os.path.join(folder, "handbill"))
    hugo = Tree(os.path.join(folder, "hugo"))
    write_handbill_settings(handbill, paper)
    write_hugo_settings(hugo, paper)
    for article in paper.articles:
        body = paper.body(article)
        handbill.write(f"content/articles/{article.path}", handbill_article(article, body))
        hugo.write(f"content/articles/{article.path}", hugo_article(article, body))


class Article(NamedTuple):
    """What is known of an article before its text is written."""

    number: int
    title: str
    slug: str
    date: datetime.datetime
    path: str  # YEAR/MM/slug.md
    section: str
    label: str
    topics: list
    authors: list
    has_last_heading: bool

    @property
    def url(self):
        return f"/{self.section}/{self.date:%Y/%m}/{self.slug}/"


class Paper:
    """The made-up newspaper: its people, its terms, its articles and their texts."""

    def __init__(self, count):
        self.random = random.Random(f"handbill bench {count}")
        self.topics = [(slug(name), name) for name in split(TOPIC_NAMES, ",")]
        surnames = LAST_NAMES + LAST_NAMES[7:] + LAST_NAMES[:7]
        names = [f"{first} {last}" for first, last in zip(FIRST_NAMES * 2, surnames)]
        self.authors = [(slug(name), name, ROLES[i % len(ROLES)]) for i, name in enumerate(names)]
        self.biographies = {id: " ".join(self.sentence() for _ in range(1)) for id, _, _ in self.authors}
        self.introductions = {id: " ".join(self.sentence() for _ in range(2)) for id, _ in self.topics[::3]}
        self.sentences = [self.marked(self.sentence()) for _ in range(5000)]
        self.articles = [self.article(number, count) for number in range(count)]

    def article(self, number, count):
        pick = self.random.choice
        title = f"{pick(split(TITLE_SUBJECTS, ','))} {pick(split(TITLE_VERBS, ','))} {pick(split(TITLE_OBJECTS, ','))}"
        days = (LAST_DAY - FIRST_DAY).days * number // count
        date = FIRST_DAY + datetime.timedelta(
            days=days, hours=self.random.randint(8, 20), minutes=self.random.randint(0, 59), seconds=number % 60
        )
        name = f"{slug(title)}-{number + 1}"
        section, _, label = pick(SECTIONS)
        # A few topics are written about much, many seldom, as on a real site.
        weights = [1 / (rank + 6) for rank in range(len(self.topics))]
        topics = dict.fromkeys(self.random.choices([id for id, _ in self.topics], weights, k=self.random.randint(1, 3)))
        authors = self.random.sample([id for id, _, _ in self.authors], k=2 if number % 7 == 0 else 1)
        return Article(
            number, title, name, date, f"{date:%Y/%m}/{name}.md", section, label, list(topics), authors, number % 2 == 0
        )

    def sentence(self):
        pick = self.random.choice
        kind = self.random.random()
        core = f"{pick(split(SUBJECTS, ','))} {pick(split(VERBS, ','))} {pick(split(OBJECTS, ','))}"
        if kind < 0.15:
            text = f"“{pick(split(QUOTES, ';'))},” said {pick(FIRST_NAMES)} {pick(LAST_NAMES)} of {pick(split(PLACES, ','))}."
        elif kind < 0.35:
            text = f"{pick(split(OPENINGS, ','))}, {core} {pick(split(CIRCUMSTANCES, ','))}."
        elif kind < 0.5:
            text = f"{core} -- {self.random.randint(2, 98)} percent of it in {pick(split(PLACES, ','))} -- {pick(split(CIRCUMSTANCES, ','))}."
        else:
            text = f"{core} {pick(split(CIRCUMSTANCES, ','))}."
        return text[0].upper() + text[1:]

    def marked(self, sentence):
        """The sentence, sometimes with a word emphasised or a link to somewhere outside."""
        kind = self.random.random()
        words = sentence.split(" ")
        place = self.random.randrange(1, len(words) - 1)
        word = words[place]
        if kind > 0.25 or not word.isalpha() or len(word) < 4:
            return sentence
        if kind < 0.12:
            words[place] = f"*{word}*"
        elif kind < 0.21:
            words[place] = f"**{word}**"
        else:
            words[place] = f"[{word}](https://records.example/{word.lower()}/{self.random.randint(1, 999)})"
        return " ".join(words)

    def body(self, article):
        """The Markdown of an article: blocks until its length is reached."""
        rng = self.random
        wanted = rng.randint(500, 700)  # the last paragraphs come on top
        links = [self.link(article) for _ in range(rng.randint(2, 4))] if len(self.articles) > 1 else []
        extras = [self.quotation(), self.bullets()]
        if article.number % 6 == 0:
            extras.append(self.table())
        if article.number % 5 == 0:
            extras.append(self.numbered())
        headings = rng.sample(split(HEADINGS, ","), 6)
        blocks = [self.paragraph()]
        words = len(blocks[0].split())
        while words < wanted:
            if len(blocks) % 4 == 0 and headings:
                level = "###" if len(headings) in (2, 4) else "##"
                block = f"{level} {headings.pop()}"
            elif len(blocks) % 4 == 2 and extras:
                block = extras.pop()
            else:
                block = self.paragraph() + (f" {links.pop()}" if links else "")
            blocks.append(block)
            words += len(block.split())
        if links:
            blocks.append(" ".join(links))
        if article.has_last_heading:
            blocks += [f"## {LAST_HEADING}", self.paragraph()]
        if article.number % 5 == 2:
            blocks[1] += " The figure is from the agency's own table.[^table]"
            blocks.append(f"[^table]: {rng.choice(self.sentences)}")
        return "\n\n".join(blocks) + "\n"

    def paragraph(self):
        return " ".join(self.random.choices(self.sentences, k=self.random.randint(2, 5)))

    def link(self, article):
        other = self.random.choice(self.articles)
        while other is article:
            other = self.random.choice(self.articles)
        anchor = "#" + slug(LAST_HEADING) if other.has_last_heading and self.random.random() < 0.2 else ""
        lead = self.random.choice(["We reported on it before:", "Background:", "See also", "The story so far:"])
        return f"{lead} [{other.title}](../../{other.path}{anchor})."

    def quotation(self):
        return "\n".join(f"> {line}" for line in (self.random.choice(split(QUOTES, ";")) + ".", "", f"{self.random.choice(FIRST_NAMES)} {self.random.choice(LAST_NAMES)}, at the hearing"))

    def bullets(self):
        return "\n".join(f"- {sentence}" for sentence in self.random.choices(self.sentences, k=self.random.randint(3, 5)))

    def numbered(self):
        return "\n".join(f"{i}. {sentence}" for i, sentence in enumerate(self.random.choices(self.sentences, k=3), 1))

    def table(self):
        rows = [f"| {place} | {self.random.randint(20, 900)} | {self.random.randint(1, 60)}% |" for place in self.random.sample(split(PLACES, ","), 4)]
        return "\n".join(["| Place | Cases | Change |", "|---|---:|---:|", *rows])


# The Handbill site.


def write_handbill_settings(tree, paper):
    sections = "".join(f"  - {{ id: {id}, title: {title}, label: {label} }}\n" for id, title, label in SECTIONS)
    tree.write("site.yaml", f"""\
title: {TITLE}
base_url: {BASE_URL}
language: en
time_zone: America/New_York
theme: broadsheet
description: {DESCRIPTION}
sections:
{sections}permalink: /{{section}}/{{year}}/{{month}}/{{slug}}/
listing: {{ page_size: 20, latest: 5, related: 4 }}
organization:
  name: {TITLE}
  policies: {{ ethics: pages/ethics.md, privacy: pages/privacy.md }}
promos:
  - {{ text: "Read how this made-up paper is made", url: /about/, starts: 2018-01-01, ends: 2100-01-01 }}
newsletters: {{ default: weekly }}
comments: {{ provider: files, email: letters@bench.example }}
""")
    for name, (title, menu, text) in PAGES.items():
        tree.write(f"content/pages/{name}.md", f"---\ntitle: {title}\nmenu: {menu}\n---\n\n{text}\n")
    tree.write("content/newsletters/weekly.md", f"---\n{NEWSLETTER}summary: {NEWSLETTER_SUMMARY}\nconsent: We send one email a week and nothing else.\nprovider: {{ kind: buttondown, username: benchcourier }}\n---\n\n{NEWSLETTER_PITCH}\n")
    for id, name, role in paper.authors:
        tree.write(f"content/authors/{id}.md", f"---\nname: {name}\nrole: {role}\nemail: {id}@bench.example\n---\n\n{paper.biographies[id]}\n")
    for id, name in paper.topics:
        tree.write(f"content/topics/{id}.md", topic_file(paper, id, name))


def handbill_article(article, body):
    head = common_head(article)
    head += f"section: {article.section}\n"
    if article.number % 8 == 0:
        head += f"updated: {article.date + datetime.timedelta(hours=2):%Y-%m-%dT%H:%M:%S}{UTC_OFFSET}\n"
    return f"---\n{head}---\n\n{body}"


# The Hugo site.


def write_hugo_settings(tree, paper):
    theme = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hugo_theme")
    shutil.copytree(theme, tree.root, dirs_exist_ok=True)
    tree.write("content/_index.md", f"---\ntitle: {TITLE}\n---\n")
    for name, (title, menu, text) in PAGES.items():
        tree.write(f"content/{name}.md", f"---\ntitle: {title}\ntype: pages\nmenus: {menu}\n---\n\n{text}\n")
    tree.write("content/newsletters/_index.md", "---\ntitle: Newsletters\ntype: newsletters\n---\n")
    tree.write("content/newsletters/weekly.md", f"---\n{NEWSLETTER}promise: {NEWSLETTER_SUMMARY}\ntype: newsletters\nurl: /newsletters/weekly/\n---\n\n{NEWSLETTER_PITCH}\n")
    for state, text in (("thanks", "Check your inbox."), ("confirmed", "You are on the list.")):
        tree.write(f"content/newsletters/weekly-{state}.md", f"---\ntitle: {text[:-1]}\ntype: pages\nurl: /newsletters/weekly/{state}/\n---\n\n{text}\n")
    for id, title, _ in SECTIONS:
        tree.write(f"content/sections/{id}/_index.md", f"---\ntitle: {title}\n---\n")
    for id, name, role in paper.authors:
        tree.write(f"content/authors/{id}/_index.md", f"---\ntitle: {name}\nrole: {role}\nemail: {id}@bench.example\n---\n\n{paper.biographies[id]}\n")
    for id, name in paper.topics:
        tree.write(f"content/topics/{id}/_index.md", topic_file(paper, id, name))
    write_hugo_archive(tree, paper)


def write_hugo_archive(tree, paper):
    """Years and months are Hugo's nested sections, its cheapest way of grouping pages."""
    tree.write("content/articles/_index.md", "---\ntitle: Archive\nurl: /archive/\nlayout: years\n---\n")
    for year, month in sorted({(a.date.year, a.date.month) for a in paper.articles}):
        tree.write(f"content/articles/{year}/_index.md", f"---\ntitle: '{year}'\nurl: /archive/{year}/\nlayout: months\n---\n")
        title = f"{datetime.date(year, month, 1):%B %Y}"
        tree.write(f"content/articles/{year}/{month:02}/_index.md", f"---\ntitle: {title}\nurl: /archive/{year}/{month:02}/\nlayout: days\n---\n")


def hugo_article(article, body):
    head = common_head(article)
    head += f"url: {article.url}\nsections: [{article.section}]\nlabel: {article.label}\n"
    if article.number % 8 == 0:
        head += f"lastmod: {article.date + datetime.timedelta(hours=2):%Y-%m-%dT%H:%M:%S}{UTC_OFFSET}\n"
    return f"---\n{head}---\n\n{body}"


# What both sites say alike.

PAGES = {
    "about": ("About us", "footer", "Everything in this paper is made up by a program, to measure other programs."),
    "ethics": ("Ethics policy", "footer", "We print what the seed says."),
    "privacy": ("Privacy", "footer", "Nobody reads this paper, so nothing is known about its readers."),
}
NEWSLETTER = "title: The weekly letter\nfrequency: weekly\n"
NEWSLETTER_SUMMARY = "One email a week with what we found out"
NEWSLETTER_PITCH = "The best of the week, chosen by nobody in particular."


def topic_file(paper, id, name):
    """Each topic has its title; every third also a summary and an introduction."""
    if id not in paper.introductions:
        return f"---\ntitle: {name}\n---\n"
    return f"---\ntitle: {name}\nsummary: All we wrote about {name.lower()}\n---\n\n{paper.introductions[id]}\n"


def common_head(article):
    """The front matter keys which mean the same to both programs."""
    number = article.number
    head = f"title: {article.title}\ndate: {article.date:%Y-%m-%dT%H:%M:%S}{UTC_OFFSET}\n"
    head += f"summary: {summary(article)}\n"
    if number % 3 == 0:
        head += f"kicker: {SUMMARY_KICKERS[number % len(SUMMARY_KICKERS)]}\n"
    if number % 2 == 0:
        head += f"dateline: {split(PLACES, ',')[number % 12]}\n"
    head += f"authors: {json.dumps(article.authors)}\ntopics: {json.dumps(article.topics)}\n"
    if number % 3 == 1:
        head += "sources:\n" + "".join(
            f"  - {{ title: \"Minutes of meeting {number + i}\", url: \"https://records.example/minutes/{number + i}\" }}\n"
            for i in range(2)
        )
    return head


SUMMARY_KICKERS = ["Exclusive", "The fight for housing", "On the record", "After the vote", "Follow the money"]


def summary(article):
    subjects, circumstances = split(SUBJECTS, ","), split(CIRCUMSTANCES, ",")
    text = f"{article.title}, as {subjects[article.number % len(subjects)]} speaks up {circumstances[article.number * 7 % len(circumstances)]}"
    return text if text.endswith(".") else text + "."


# Helpers of this program.


@functools.cache
def split(text, separator):
    """The entries of one of the lists above."""
    return [" ".join(entry.split()) for entry in text.split(separator)]


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


class Tree:
    """A folder to write files into; makes each folder once."""

    def __init__(self, root):
        self.root = root
        self.known = set()

    def write(self, path, text):
        path = os.path.join(self.root, path)
        folder = os.path.dirname(path)
        if folder not in self.known:
            os.makedirs(folder, exist_ok=True)
            self.known.add(folder)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)


if __name__ == "__main__":
    main()
