//! Any path of keys in any YAML: the places found lie within the text, the value behind its key.

#![no_main]

use handbill::yaml::locate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<String>, &str)| {
    let (path, text) = input;
    if let Some((key, value)) = locate(text, &path) {
        assert!(text.get(key).is_some() && text.get(value).is_some());
    }
});
