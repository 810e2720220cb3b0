use super::*;

fn read(provider: &str) -> Result<CommentProvider, Vec<String>> {
    let given: Value = serde_yaml::from_str(provider).unwrap();
    let mut diagnostics = Vec::new();
    let discussion = CommentProvider::read(&given, "site.yaml", &mut diagnostics);
    if diagnostics.is_empty() { Ok(discussion) } else { Err(diagnostics.into_iter().map(|d| d.message).collect()) }
}

fn embed_in(provider: &str, language: &str) -> Embed {
    let subject = EmbedContext {
        path: "/paper/news/tide/",
        url: "https://elm.example/paper/news/tide/",
        title: "\"High\" tide & low",
        language,
    };
    match read(provider) {
        Ok(CommentProvider::Embedded(embedded)) => embedded.embed(&subject),
        other => panic!("{other:?}"),
    }
}

/// Returns the script element as it is in the page.
fn script(embed: &Embed) -> String {
    let load: Value = serde_json::from_str(&embed.load).unwrap();
    let attributes = load["script"].as_array().unwrap().iter();
    let attributes = attributes.map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()));
    attributes
        .map(|(name, value)| if value.is_empty() { name.into() } else { format!("{name}=\"{value}\"") })
        .fold(String::new(), |all, one| if all.is_empty() { one } else { format!("{all} {one}") })
}

#[test]
fn isso_has_its_markup() {
    let provider = "{ kind: isso, host: 'https://talk.example/isso/', options: { vote: 'false' } }";
    let embed = embed_in(provider, "es");
    assert_eq!(
        script(&embed),
        "data-isso=\"https://talk.example/isso/\" src=\"https://talk.example/isso/js/embed.min.js\" \
         data-isso-lang=\"es\" data-isso-avatar=\"false\" data-isso-vote=\"false\""
    );
    assert_eq!(
        embed.place,
        "<section id=\"isso-thread\" data-title=\"&quot;High&quot; tide &amp; low\" \
         data-isso-id=\"/paper/news/tide/\"></section>"
    );
    assert_eq!((embed.kind, embed.host.as_str(), embed.receiver), ("isso", "talk.example", None));
}

const GISCUS: &str = "kind: giscus, repo: elm/talk, repo_id: R_1, category: Open floor, category_id: DIC_2";

#[test]
fn giscus_has_its_markup() {
    let embed = embed_in(&format!("{{ {GISCUS} }}"), "pt-BR");
    assert_eq!(
        script(&embed),
        "src=\"https://giscus.app/client.js\" data-repo=\"elm/talk\" data-repo-id=\"R_1\" \
         data-category=\"Open floor\" data-category-id=\"DIC_2\" data-mapping=\"pathname\" data-strict=\"0\" \
         data-reactions-enabled=\"1\" data-emit-metadata=\"0\" data-input-position=\"bottom\" \
         data-theme=\"preferred_color_scheme\" data-lang=\"pt\" data-loading=\"lazy\" crossorigin=\"anonymous\" async"
    );
    assert_eq!(embed.place, "<div class=\"giscus\"></div>");
    assert_eq!((embed.host.as_str(), embed.receiver.as_deref()), ("giscus.app", Some("GitHub")));
    assert_eq!(embed.url.as_deref(), Some("https://github.com/elm/talk/discussions"));
    let embed = embed_in(&format!("{{ {GISCUS}, strict: true, reactions: false, theme: dark, mapping: url }}"), "sw");
    let script = script(&embed);
    for part in ["data-strict=\"1\"", "enabled=\"0\"", "theme=\"dark\"", "lang=\"en\"", "mapping=\"url\""] {
        assert!(script.contains(part), "{part}: {script}");
    }
}

#[test]
fn remark42_has_its_configuration() {
    let embed = embed_in("{ kind: remark42, host: 'https://r42.example/', site_id: elm }", "pt-BR");
    assert_eq!(script(&embed), "type=\"module\" src=\"https://r42.example/web/embed.mjs\"");
    let load: Value = serde_json::from_str(&embed.load).unwrap();
    assert_eq!(
        load["config"],
        serde_json::json!({
            "host": "https://r42.example", "site_id": "elm", "components": ["embed"], "locale": "bp",
            "url": "https://elm.example/paper/news/tide/", "page_title": "\"High\" tide & low",
        })
    );
    assert_eq!(embed.place, "<div id=\"remark42\"></div>");
}

#[test]
fn utterances_has_its_markup() {
    let embed = embed_in("{ kind: utterances, repo: elm/talk, label: comment }", "en");
    assert_eq!(
        script(&embed),
        "src=\"https://utteranc.es/client.js\" repo=\"elm/talk\" issue-term=\"pathname\" label=\"comment\" \
         theme=\"preferred-color-scheme\" crossorigin=\"anonymous\" async"
    );
    assert_eq!((embed.place.as_str(), embed.receiver.as_deref()), ("", Some("GitHub")));
}

#[test]
fn languages_are_named_as_systems_name_them() {
    let lang = |tag: &str| script(&embed_in(&format!("{{ {GISCUS} }}"), tag));
    assert!(lang("el").contains("data-lang=\"gr\"") && lang("zh-tw").contains("data-lang=\"zh-TW\""));
    assert!(script(&embed_in(&format!("{{ {GISCUS}, language: ca }}"), "es")).contains("data-lang=\"ca\""));
}

#[test]
fn policy_allows_what_each_system_asks_for() {
    let check = |provider: &str, expected: &[(Directive, &str)]| {
        let sources = read(provider).unwrap().csp_sources();
        let sources: Vec<(Directive, &str)> = sources.iter().map(|(name, source)| (*name, source.as_str())).collect();
        assert_eq!(sources, expected, "{provider}");
    };
    check("files", &[]);
    check("none", &[]);
    let isso = "https://talk.example:8443";
    check(
        "{ kind: isso, host: 'https://talk.example:8443/isso' }",
        &[
            (Directive::ScriptSrc, isso),
            (Directive::ConnectSrc, isso),
            (Directive::StyleSrc, isso),
            (Directive::ImgSrc, isso),
        ],
    );
    let giscus = "https://giscus.app";
    check(
        &format!("{{ {GISCUS} }}"),
        &[(Directive::ScriptSrc, giscus), (Directive::FrameSrc, giscus), (Directive::StyleSrc, giscus)],
    );
    check(
        "{ kind: utterances, repo: a/b }",
        &[(Directive::ScriptSrc, "https://utteranc.es"), (Directive::FrameSrc, "https://utteranc.es")],
    );
}

#[test]
fn errors_in_settings_are_named() {
    let check = |provider: &str, part: &str| {
        let problems = read(provider).unwrap_err();
        assert!(problems.iter().any(|error| error.contains(part)), "{problems:?}");
    };
    check("giscuss", "no provider `giscuss`");
    check("giscus", "requires the setting `repo`");
    check("{}", "has no `kind`");
    check("3", "`provider` is a name");
    check("{ kind: files, host: x }", "`files` has no setting `host`");
    check("{ kind: isso, host: talk.example }", "`host` takes a URL");
    check("{ kind: isso, host: 'https://talk.example/?x; script-src *' }", "`host` takes a URL");
    check("{ kind: utterances, repo: talk }", "`repo` takes a repository");
    check("{ kind: utterances, repo: a/b, theem: x }", "no setting `theem`");
    check(&format!("{{ {GISCUS}, mapping: number }}"), "`mapping` takes `pathname`");
    check("{ kind: isso, host: 'https://talk.example', options: { 'x y': z } }", "`options` takes names");
    assert!(read("{ kind: isso, host: 'http://127.0.0.1:8080/' }").is_ok());
    assert!(read("{ kind: isso, host: 'http://talk.example/' }").is_err());
}
