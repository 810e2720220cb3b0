//! A small site as a value, with edits of every kind. Its files follow from the value, so an edit is one assignment.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::image_files::png;

/// How many articles there may be.
pub(crate) const ARTICLES: usize = 6;

/// A site. Numbers choose among a few texts; 0 is what a new site has.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// The build's clock, as a number of one of [`CLOCKS`].
    pub(crate) clock: usize,
    articles: [Article; ARTICLES],
    settings: BTreeMap<What, usize>,
}

/// An article. `None` for a key is its absence.
#[derive(Clone, Debug, Default)]
struct Article {
    exists: bool,
    keys: BTreeMap<What, usize>,
}

macro_rules! edits {
    ($($what:ident,)*) => {
        /// What an edit changes: something of one article, or of the site.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum What { $($what),* }

        /// Everything that an edit may change, twice what changes most.
        pub(crate) const ALL: &[What] = &[What::Exists, What::Clock, $(What::$what),*];
    };
}

edits! {
    // Of an article.
    Exists,
    FileName,
    Title,
    Body,
    Summary,
    Date,
    Embargo,
    Expires,
    Draft,
    Section,
    Topics,
    Authors,
    Byline,
    Series,
    Label,
    Dateline,
    Pinned,
    Alias,
    Corrections,
    Sources,
    Link,
    Block,
    ImageFile,
    Image,
    Picture,
    PictureUse,
    Sidecar,
    CommentsState,
    Comments,
    Slug,
    Noindex,
    Canonical,
    Updated,
    Error,
    // Of the site.
    Clock,
    BaseUrl,
    Zone,
    SiteTitle,
    SectionTitle,
    Description,
    PageSize,
    FeedItems,
    Permalink,
    Promo,
    Accent,
    Author,
    Topic,
    SeriesFile,
    Page,
    Newsletter,
    Issue,
    Static,
    Template,
    Translations,
    Asset,
    Policy,
    Compress,
    Urls,
    Publish,
    Markdown,
    Language,
    Data,
    Fragment,
}

/// How many values an edit chooses among.
pub(crate) const VALUES: usize = 5;

/// Seconds since 1970: noon of June 15, 2026, later that day, the next days, a month on, and two days before.
pub(crate) const CLOCKS: [i64; VALUES] = [1_781_524_800, 1_781_546_400, 1_781_611_201, 1_784_116_800, 1_781_352_000];

impl World {
    /// A site with four articles.
    pub(crate) fn new() -> World {
        let mut articles: [Article; ARTICLES] = Default::default();
        articles.iter_mut().take(4).for_each(|article| article.exists = true);
        articles[0].keys.insert(What::Link, 1);
        World { clock: 0, articles, settings: BTreeMap::new() }
    }

    /// Changes one thing.
    pub(crate) fn apply(&mut self, what: What, which: usize, value: usize) {
        match what {
            What::Clock => self.clock = value,
            What::Exists => self.articles[which].exists = value != 0,
            what if what < What::Clock => drop(self.articles[which].keys.insert(what, value)),
            what => drop(self.settings.insert(what, value)),
        }
    }

    fn get(&self, what: What) -> usize {
        self.settings.get(&what).copied().unwrap_or(0)
    }

    /// Every file by its path.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = self.pictures();
        let mut add = |path: String, text: String| drop(files.insert(path, text.into_bytes()));
        add("site.yaml".into(), self.site_yaml());
        for (index, article) in self.articles.iter().enumerate().filter(|(_, article)| article.exists) {
            let path = self.path_of(index);
            if let (Some(folder), 1..) = (path.strip_suffix("index.md"), article.get(What::ImageFile)) {
                add(format!("{folder}image.svg"), image(article.get(What::ImageFile)));
                add(format!("{folder}deep/notes.txt"), format!("notes {}", article.get(What::ImageFile)));
            }
            if article.get(What::Comments) > 0 {
                add(format!("content/comments/{}.yaml", self.slug_of(index)), comments(article.get(What::Comments)));
            }
            add(path, self.article(index));
        }
        let version = self.get(What::Author);
        if version != 4 {
            add("content/authors/jane.md".into(), format!("---\nname: Jane {version}\n---\nShe writes {version}.\n"));
        }
        if let version @ 1.. = self.get(What::Topic) {
            let text = format!("---\ntitle: Topic {version}\nsummary: On {version}\n---\nAbout it.\n");
            add("content/topics/t1.md".into(), text);
        }
        if let version @ 1.. = self.get(What::SeriesFile) {
            let order = ["oldest-first", "newest-first"][version % 2];
            add("content/series/saga.md".into(), format!("---\ntitle: Saga {version}\norder: {order}\n---\n"));
        }
        let page = self.get(What::Page);
        let alias = if page % 2 == 1 { "aliases: [/who/]\n" } else { "" };
        let draft = if page == 4 { "draft: true\n" } else { "" };
        let menu = ["", "menu: header\n", "menu: footer\n", "", ""][page];
        add("content/pages/about.md".into(), format!("---\ntitle: About {page}\n{alias}{draft}{menu}---\nWho.\n"));
        add("content/pages/ethics.md".into(), "---\ntitle: Ethics\n---\n".into());
        if let version @ 1.. = self.get(What::Newsletter) {
            let provider = "frequency: every week\nconsent: One mail a week.\nprovider: { kind: custom, url: \"https://lists.example/\" }";
            let text = format!("---\ntitle: List {version}\nsummary: Promise {version}\n{provider}\n---\nJoin.\n");
            add("content/newsletters/weekly.md".into(), text);
        }
        if let version @ 1.. = self.get(What::Issue) {
            let date = ["", "2026-06-12", "2026-06-16", "2026-06-12\ndraft: true", "2026-06-13"][version];
            let named: Vec<String> = (0..ARTICLES)
                .filter(|&index| self.articles[index].exists && index != version)
                .map(|index| self.path_of(index).trim_start_matches("content/").to_owned())
                .collect();
            let text =
                format!("---\ntitle: Issue {version}\ndate: {date}\narticles: {named:?}\n---\nA note {version}.\n");
            add("content/newsletters/weekly/first.md".into(), text);
        }
        if let version @ 1.. = self.get(What::Static) {
            add(format!("static/files/{}.txt", version % 3), format!("static {version}"));
        }
        match self.get(What::Template) {
            0 => {}
            1 => add("templates/404.html".into(), "<p>{{ page.title }} is not here".into()),
            2 => add("templates/article.html".into(), minimal("{{ content | safe }}")),
            3 => add("templates/article.html".into(), minimal("{% for s in series %}{{ s.title }}{% endfor %}")),
            _ => add("templates/page.html".into(), minimal("{{ document.title }} {{ site.data.table.a }}")),
        }
        match self.get(What::Fragment) {
            0 => {}
            1 => add("templates/fragments/footer.html".into(), "<footer>{{ site.title }} ends</footer>".into()),
            2 => add(
                "templates/fragments/article_rail.html".into(),
                "{% for card in latest %}{{ card.title }}{% endfor %}".into(),
            ),
            3 => add(
                "templates/fragments/article_rail.html".into(),
                "{% for promo in promos %}{{ promo.text }}{% endfor %}".into(),
            ),
            _ => {
                add(
                    "templates/fragments/listing_rail.html".into(),
                    "{% if newsletter %}{{ newsletter.title }}{% endif %}".into(),
                );
                add(
                    "templates/fragments/river_card.html".into(),
                    "<p>{{ card.title }} {{ card.summary }} {{ card.date.text }} {{ card.comments }}".into(),
                );
            }
        }
        if let version @ 1.. = self.get(What::Data) {
            add("content/data/table.yaml".into(), format!("a: {version}\n"));
        }
        if let version @ 1.. = self.get(What::Translations) {
            add("i18n/en.yaml".into(), format!("latest_articles: Lately {version}\ncorrection: Mended {version}\n"));
        }
        if let version @ 1.. = self.get(What::Asset) {
            add("assets/settings.css".into(), format!(":root {{ --own: {version}px }}"));
        }
        files
    }

    /// The pictures beside the articles, and what the files beside these say.
    fn pictures(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        for (index, article) in self.articles.iter().enumerate().filter(|(_, article)| article.exists) {
            let (path, picture) = (self.path_of(index), article.get(What::Picture));
            let Some(folder) = path.strip_suffix("index.md").filter(|_| (1..=3).contains(&picture)) else { continue };
            let (width, height) = [(64, 48), (48, 64), (96, 64)][picture - 1];
            files.insert(format!("{folder}photo.png"), png(width, height));
            let sidecar = [
                "",
                "credit: Jo\n",
                "focus: [0.9, 0.1]\n",
                "alt: Beside\ncaption: \"*So* it was.\"\n",
                "focus: [0.1, 0.9]\nlicense: \"https://l.example/\"\n",
            ][article.get(What::Sidecar)];
            if !sidecar.is_empty() {
                files.insert(format!("{folder}photo.png.yaml"), sidecar.into());
            }
        }
        files
    }

    fn site_yaml(&self) -> String {
        let choose = |what: What, texts: [&str; VALUES]| texts[self.get(what)].to_owned();
        let mut yaml = format!("title: Paper {}\n", self.get(What::SiteTitle));
        let base = "https://paper.example/";
        let base = choose(What::BaseUrl, [base, "https://paper.example/sub/", "http://other.example/", base, base]);
        let _ = writeln!(yaml, "base_url: {base}");
        let _ = writeln!(
            yaml,
            "time_zone: {}",
            choose(What::Zone, ["UTC", "America/Los_Angeles", "Asia/Tokyo", "UTC", "UTC"])
        );
        let _ = writeln!(
            yaml,
            "listing: {{ page_size: {}, latest: 2, related: 2 }}",
            choose(What::PageSize, ["2", "1", "3", "20", "2"])
        );
        let _ = writeln!(yaml, "feeds: {{ items: {} }}", choose(What::FeedItems, ["3", "1", "2", "20", "0"]));
        let _ = writeln!(
            yaml,
            "sections: [{{ id: news, title: News {} }}, {{ id: views, title: Views, label: opinion }}]",
            self.get(What::SectionTitle)
        );
        if let version @ 1.. = self.get(What::Description) {
            let _ = writeln!(yaml, "description: Described {version}");
        }
        yaml += &choose(What::Permalink, ["", "permalink: /{year}/{slug}/\n", "permalink: /{slug}/\n", "", ""]);
        yaml += &choose(
            What::Promo,
            [
                "",
                "promos: [{ text: Come, ends: 2026-06-16 }]\n",
                "promos: [{ text: Come, url: /about/, starts: 2026-06-16 }]\n",
                "promos: [{ text: Come }, { text: Stay }]\n",
                "promos: [{ text: Stay }]\n",
            ],
        );
        yaml += &choose(
            What::Compress,
            [
                "",
                "compress: [gzip]\n",
                "compress: [gzip, br]\n",
                "compress: [br]\n",
                "crawlers: { ai_training: refuse }\n",
            ],
        );
        yaml += &choose(What::Urls, ["", "urls: files\n", "urls: folders\n", "urls: files\n", ""]);
        yaml += &choose(
            What::Publish,
            [
                "",
                "publish: { live: { kind: netlify, site: paper } }\n",
                "publish: { a: { kind: vercel }, b: { kind: github-pages } }\n",
                "publish: { a: { kind: azure } }\npings: { indexnow: { key: 0123456789 } }\n",
                "pings: { websub: \"https://hub.example/\" }\n",
            ],
        );
        yaml += &choose(
            What::Accent,
            ["", "theme_settings: { accent: \"#123456\" }\n", "theme_settings: { accent: \"#00f\" }\n", "", ""],
        );
        yaml += &choose(
            What::Policy,
            [
                "organization: { policies: { privacy: pages/ethics.md } }\n",
                "organization: { policies: { ethics: pages/ethics.md, privacy: pages/ethics.md } }\n",
                "organization: { name: Org, policies: { privacy: pages/ethics.md } }\n",
                "organization: { same_as: [\"https://a.example/\"], policies: { privacy: pages/ethics.md } }\n",
                "organization: { policies: { privacy: pages/ethics.md } }\n",
            ],
        );
        yaml += &choose(
            What::Markdown,
            ["", "markdown: { raw_html: false }\n", "markdown: { smart_punctuation: false }\n", "", ""],
        );
        yaml += &choose(What::Language, ["", "language: es\n", "language: en-GB\n", "", ""]);
        yaml
    }

    /// A page bundle if the article has an image or a picture.
    fn path_of(&self, index: usize) -> String {
        let article = &self.articles[index];
        let name = ["", "moved-", "year/", "", ""][article.get(What::FileName)];
        match article.get(What::ImageFile) + article.get(What::Picture) {
            0 => format!("content/articles/{name}a{index}.md"),
            _ => format!("content/articles/{name}a{index}/index.md"),
        }
    }

    fn slug_of(&self, index: usize) -> String {
        match self.articles[index].get(What::Slug) {
            0 | 1 => self
                .path_of(index)
                .trim_end_matches("/index.md")
                .trim_end_matches(".md")
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned(),
            version => format!("slug-{version}"),
        }
    }

    fn article(&self, index: usize) -> String {
        let article = &self.articles[index];
        let mut yaml = format!("---\ntitle: Title {index} {}\n", article.get(What::Title));
        let day = ["2026-06-10", "2026-06-14", "2026-06-16", "2026-05-02T10:00:00-07:00", "2026-06-15 09:00"];
        let _ = writeln!(yaml, "date: {}", if index == 3 { day[3] } else { day[article.get(What::Date)] });
        let mut key = |what: What, texts: [&str; VALUES]| {
            let text = texts[article.get(what)];
            if !text.is_empty() {
                yaml.push_str(text);
                yaml.push('\n');
            }
        };
        key(What::Summary, ["", "summary: One", "summary: Two", "", ""]);
        key(What::Embargo, ["", "embargo: 2026-06-16", "embargo: 2026-06-01", "", ""]);
        key(What::Expires, ["", "expires: 2026-06-16", "expires: 2026-06-14", "", ""]);
        key(What::Draft, ["", "draft: true", "draft: false", "", ""]);
        key(What::Section, ["", "section: views", "section: news", "", ""]);
        key(What::Topics, ["topics: [t1]", "topics: [t1, t2]", "topics: [t2]", "", "topics: [T3]"]);
        key(What::Authors, ["authors: [jane]", "authors: [jane, joe]", "authors: [joe]", "", ""]);
        key(What::Byline, ["", "byline: Staff", "", "", ""]);
        key(What::Series, ["", "series: [saga]", "series: [saga]", "", ""]);
        key(What::Label, ["", "label: analysis", "label: opinion", "label: press-release", "label: sponsored"]);
        key(What::Dateline, ["", "dateline: ALDER", "dateline: BIRCH", "", ""]);
        key(What::Pinned, ["", "pinned: 1", "pinned: 2", "", ""]);
        key(What::Noindex, ["", "noindex: true", "", "", ""]);
        key(What::Canonical, ["", "canonical_url: \"https://else.example/x\"", "", "", ""]);
        key(What::Updated, ["", "updated: 2026-06-15", "updated: 2026-06-12", "", ""]);
        key(What::CommentsState, ["", "comments: closed", "comments: \"off\"", "comments: open", ""]);
        key(
            What::Sources,
            ["", "sources: [{ title: Minutes }]", "sources: [{ title: Minutes, url: \"https://s.example/\" }]", "", ""],
        );
        let one = "{ date: 2026-06-12, text: One was two. }";
        let two = "{ date: 2026-06-13, text: Two was three., kind: update }";
        let both =
            [String::new(), format!("[{one}]"), format!("[{one}, {two}]"), format!("[{two}, {one}]"), String::new()];
        let corrections = &both[article.get(What::Corrections)];
        if !corrections.is_empty() {
            let _ = writeln!(yaml, "corrections: {corrections}");
        }
        if let alias @ 1..=2 = article.get(What::Alias) {
            let _ = writeln!(yaml, "aliases: [/old/{index}-{alias}/]");
        }
        let shown = [
            "",
            "image: { src: photo.png, alt: A photo }\n",
            "image: { src: photo.png, alt: A photo, focus: [0.2, 0.9] }\n",
            "image: { src: photo.png, alt: A photo, caption: There. }\n",
            "",
        ][article.get(What::PictureUse)];
        // The fourth picture is named, and is not there.
        if article.get(What::Picture) > 0 && !shown.is_empty() {
            yaml += shown;
        } else if let version @ (1 | 3) = article.get(What::Image)
            && article.get(What::ImageFile) > 0
        {
            let _ = writeln!(yaml, "image: {{ src: image.svg, alt: An image {version}, credit: Jo {version} }}");
        }
        if article.get(What::Error) == 4 {
            yaml += "sumary: an error\n";
        }
        yaml + "---\n\n" + &self.body(index)
    }

    fn body(&self, index: usize) -> String {
        let article = &self.articles[index];
        let mut text = format!(
            "Body {index} {}.[^1]\n\n## Part {}\n\n\"More\" of <b>it</b>.\n\n[^1]: A note.\n",
            article.get(What::Body),
            article.get(What::Body)
        );
        let link =
            article.get(What::Link).checked_sub(1).filter(|&other| other < ARTICLES && self.articles[other].exists);
        let up = "../".repeat(self.path_of(index).matches('/').count());
        if let Some(other) = link {
            let _ = writeln!(text, "\nSee [it]({up}{}).", self.path_of(other));
            if article.get(What::Block) == 1 {
                let _ = writeln!(text, "\n::: related {{articles=\"{up}{}\"}}\n:::", self.path_of(other));
            }
        }
        match article.get(What::Block) {
            2 => text += "\n::: fact-box {title=\"Facts\"}\nA fact.\n:::\n",
            3 => text += "\n::: newsletter\n:::\n",
            _ => {}
        }
        if article.get(What::ImageFile) > 0 {
            text += "\n![An image](image.svg)\n\nA [note](deep/notes.txt).\n";
        }
        if article.get(What::Picture) % 2 == 1 {
            text += "\n![A photo](photo.png)\n";
        }
        if article.get(What::Picture) > 0 && article.get(What::PictureUse) == 4 {
            text += "\nThe [whole sheet](photo.png).\n";
        }
        text
    }
}

impl Article {
    fn get(&self, what: What) -> usize {
        self.keys.get(&what).copied().unwrap_or(0)
    }
}

fn minimal(main: &str) -> String {
    format!("{{% extends \"base.html\" %}}{{% block main %}}<h1>{{{{ page.heading }}}}</h1>{main}{{% endblock %}}")
}

fn image(version: usize) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{version}00\" height=\"50\"><path d=\"M0 0h{version}\"/></svg>"
    )
}

fn comments(count: usize) -> String {
    let comment = |id: usize| format!("- {{ id: c{id}, author: R{id}, date: 2026-06-1{id}, text: Said {id}. }}\n");
    (1..=count).map(comment).collect()
}
