//! Any bytes as an export of another comment system: it is read or refused in words, and what comes out can be written
//! into a file of comments.

#![no_main]

use handbill::comments::entry::{CommentEntry, append};
use handbill::comments::import::export::read;
use handbill::config::Config;
use handbill::path::SourcePath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let settings = "title: T\nbase_url: https://elm.example/\n";
    let zone = Config::parse(settings, &mut Vec::new()).expect("sound settings").zone();
    let Ok(export) = read(bytes, &zone) else { return };
    let path = SourcePath::new("content/comments/tide.yaml").expect("a plain name");
    for (number, comment) in export.comments.into_iter().enumerate() {
        let Ok(date) = comment.date else { continue };
        let (author, text, url) = (comment.author, comment.text, comment.url);
        let entry = CommentEntry { id: format!("c{number}"), author, date, text, reply_to: None, url };
        append(&path, "", &[entry]).expect("whatever was read can be written");
    }
});
