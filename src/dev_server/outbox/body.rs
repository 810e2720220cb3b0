//! Parses the body of a posted form: `application/x-www-form-urlencoded` (URL standard) and `multipart/form-data` (RFC
//! 7578, with names escaped as in the HTML standard).

use memchr::memmem;

use super::FormProblem;

/// Greatest length of a body, in bytes.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// Greatest number of fields; Handbill's forms have far fewer.
const MOST_FIELDS: usize = 200;

/// Returns the names and values of a form's fields, in order.
///
/// # Errors
/// If the body is too long, of another media type, malformed, or contains a file.
pub fn fields(content_type: &str, body: &[u8]) -> Result<Vec<(String, String)>, FormProblem> {
    if body.len() > MAX_BODY_BYTES {
        return Err(FormProblem::Unreadable(format!("it has more than {} KiB", MAX_BODY_BYTES / 1024)));
    }
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let fields = match kind.trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => Ok(form_urlencoded::parse(body)
            .take(MOST_FIELDS + 1)
            .map(|(name, value)| (name.into(), value.into()))
            .collect()),
        "multipart/form-data" => match parameter(parameters, "boundary") {
            Some(boundary) if (1..=70).contains(&boundary.len()) => multipart(&boundary, body),
            _ => Err(FormProblem::Unreadable("its type has no boundary".into())),
        },
        other => Err(FormProblem::Unreadable(format!("`{other}` is not a media type of forms"))),
    }?;
    match fields {
        fields if fields.len() > MOST_FIELDS => {
            Err(FormProblem::Unreadable(format!("it has more than {MOST_FIELDS} fields")))
        }
        fields => Ok(fields),
    }
}

fn multipart(boundary: &str, body: &[u8]) -> Result<Vec<(String, String)>, FormProblem> {
    let unreadable = |what: &str| FormProblem::Unreadable(what.to_owned());
    let delimiter = format!("\r\n--{boundary}");
    let mut fields = Vec::new();
    // The first delimiter may be at the very beginning, without its line end.
    let mut rest = match body.strip_prefix(&delimiter.as_bytes()[2..]) {
        Some(rest) => rest,
        None => split_at(body, delimiter.as_bytes()).ok_or_else(|| unreadable("its first field is missing"))?.1,
    };
    while !rest.starts_with(b"--") {
        let (line, part) = split_at(rest, b"\r\n").ok_or_else(|| unreadable("it ends in the middle"))?;
        if !line.iter().all(u8::is_ascii_whitespace) {
            return Err(unreadable("its fields are not separated"));
        }
        let (part, next) = split_at(part, delimiter.as_bytes()).ok_or_else(|| unreadable("it ends in the middle"))?;
        let (head, value) = split_at(part, b"\r\n\r\n").ok_or_else(|| unreadable("a field has no header"))?;
        let head = String::from_utf8_lossy(head);
        let disposition = head.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case("content-disposition").then(|| value.trim())
        });
        let parameters = disposition.and_then(|value| value.split_once(';')).map_or("", |(_, parameters)| parameters);
        let name = parameter(parameters, "name").ok_or_else(|| unreadable("a field has no name"))?;
        match parameter(parameters, "filename") {
            Some(file) if !file.is_empty() || !value.is_empty() => return Err(FormProblem::Upload(unescape(&name))),
            // A file field for which no file was chosen.
            Some(_) => {}
            None => fields.push((unescape(&name), String::from_utf8_lossy(value).into_owned())),
        }
        if fields.len() > MOST_FIELDS {
            break;
        }
        rest = next;
    }
    Ok(fields)
}

/// Splits bytes at the first `mark`; `None` if there is none.
fn split_at<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = memmem::find(bytes, mark)?;
    Some((&bytes[..at], &bytes[at + mark.len()..]))
}

/// Returns a parameter of a header value: `; name="a; b"; filename=c`.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    while let Some((name, value)) = rest.split_once('=') {
        let name = name.trim_start_matches([';', ' ', '\t']).trim();
        let (value, next) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => value.split_once(';').unwrap_or((value, "")),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value.trim().to_owned());
        }
        rest = next;
    }
    None
}

/// Decodes the three characters that browsers escape in a name.
fn unescape(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content_type: &str, body: &str, expected: &[(&str, &str)]) {
        let fields = fields(content_type, body.as_bytes()).unwrap();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(fields, expected, "{body}");
    }

    const PARTS: &str = "multipart/form-data; boundary=----X";

    #[test]
    fn bodies_of_both_shapes_are_read() {
        check(
            "application/x-www-form-urlencoded",
            "a=1&b=%C3%A9+x&a=2&c",
            &[("a", "1"), ("b", "é x"), ("a", "2"), ("c", "")],
        );
        check("Application/X-WWW-Form-URLEncoded; charset=UTF-8", "", &[]);
        let body = "------X\r\nContent-Disposition: form-data; name=\"a %22b\"\r\n\r\none\r\ntwo\r\n------X\r\ncontent-disposition:form-data; name=c\r\nContent-Type: text/plain\r\n\r\n\r\n------X--\r\n";
        check(PARTS, body, &[("a \"b", "one\r\ntwo"), ("c", "")]);
        check("multipart/form-data; charset=utf-8; boundary=\"----X\"", "------X--", &[]);
        let unchosen = "------X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n------X--\r\n";
        check(PARTS, unchosen, &[]);
    }

    #[test]
    fn what_is_no_form_is_refused() {
        let check = |content_type: &str, body: &str| fields(content_type, body.as_bytes()).unwrap_err();
        for body in
            ["", "x", "------X", "------X\r\n", "------X\r\nhead only\r\n------X--", "------Xy\r\n\r\n\r\n------X--"]
        {
            assert!(matches!(check(PARTS, body), FormProblem::Unreadable(_)), "{body:?}");
        }
        let upload =
            "------X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.png\"\r\n\r\nx\r\n------X--\r\n";
        assert_eq!(check(PARTS, upload), FormProblem::Upload("f".into()));
        for (content_type, body) in [
            ("application/json", "{}".to_owned()),
            ("", String::new()),
            ("multipart/form-data", "------X--".to_owned()),
            ("application/x-www-form-urlencoded", "a".repeat(MAX_BODY_BYTES + 1)),
            ("application/x-www-form-urlencoded", "a&".repeat(MOST_FIELDS + 1)),
        ] {
            assert!(matches!(check(content_type, &body), FormProblem::Unreadable(_)), "{content_type}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_body_panics(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200), head in ".{0,60}") {
            let _ = fields(&head, &body);
            let _ = fields(PARTS, &body);
            let _ = fields(PARTS, &[b"------X\r\n".as_slice(), &body, b"\r\n------X--"].concat());
        }
    }
}
