//! Explains why a text is not a time, and suggests the time that was probably meant.

use jiff::civil::Date;

use super::{TimeSpec, month_text};

/// Returns the message of a parse error: the reason, and what to write.
pub(crate) fn why(text: &str) -> String {
    let reason = no_such_day(text).or_else(|| meant(text).map(|meant| format!("write `{meant}`")));
    let reason =
        reason.unwrap_or_else(|| "write `2026-11-24`, `2026-11-24 18:30` or `2026-11-24T18:30:00-08:00`".to_owned());
    format!("`{text}` is not a time: {reason}")
}

/// Parses year, month and day with any of the separators `-`, `/`, `.` and with one or two digits; returns them with
/// the rest of the text.
fn day(text: &str) -> Option<(i16, i8, i8, &str)> {
    let (date, rest) = text.split_at(text.find([' ', 'T', 't']).unwrap_or(text.len()));
    let mut parts = date.split(['-', '/', '.']);
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let mut small = || parts.next().filter(|part| part.len() <= 2)?.parse::<i8>().ok();
    let (month, day) = (small()?, small()?);
    parts.next().is_none().then_some((year, month, day, rest))
}

fn no_such_day(text: &str) -> Option<String> {
    let (year, month, day, _) = day(text)?;
    let Ok(first) = Date::new(year, month, 1) else { return Some(format!("there is no month {month}")) };
    let last = first.days_in_month();
    (day > last).then(|| format!("{} has {last} days", month_text(year, month, "en")))
}

/// Returns the time that was probably meant, in the form that [`TimeSpec::parse`] accepts.
fn meant(text: &str) -> Option<String> {
    let (year, month, day, rest) = day(text)?;
    let date = format!("{year:04}-{month:02}-{day:02}");
    let rest = rest.trim_start_matches([' ', 'T', 't']).trim();
    let (clock, end) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len()));
    let mut clock =
        clock.split(':').map(|part| part.parse::<u8>().ok()).collect::<Option<Vec<u8>>>().unwrap_or_default();
    let half = end.trim().to_lowercase().replace('.', "");
    if let Some(hour) =
        clock.first_mut().filter(|hour| matches!(half.as_str(), "am" | "pm") && (1..=12).contains(*hour))
    {
        *hour = *hour % 12 + if half == "pm" { 12 } else { 0 };
    }
    let offset = match half.as_str() {
        "" | "am" | "pm" => String::new(),
        "z" | "utc" | "gmt" => "Z".to_owned(),
        offset => {
            let digits = offset.replace(':', "");
            let is_offset = offset.starts_with(['+', '-']) && digits.is_ascii() && digits.len() == 5;
            is_offset.then(|| format!("{}:{}", &digits[..3], &digits[3..]))?
        }
    };
    if !offset.is_empty() && clock.len() == 2 {
        clock.push(0);
    }
    let clock: Vec<String> = clock.iter().map(|part| format!("{part:02}")).collect();
    let meant = match (clock.is_empty(), offset.is_empty()) {
        (true, _) => date,
        (false, true) => format!("{date} {}", clock.join(":")),
        (false, false) => format!("{date}T{}{offset}", clock.join(":")),
    };
    TimeSpec::parse_strictly(&meant).map(|_| meant)
}

#[cfg(test)]
mod tests {
    use super::why;

    #[test]
    fn the_time_that_was_meant_is_named() {
        let check = |text: &str, reason: &str| {
            let why = why(text);
            assert!(why.starts_with(&format!("`{text}` is not a time: {reason}")), "{why}");
        };
        check("2026-02-30", "February 2026 has 28 days");
        check("2026-04-31 10:00", "April 2026 has 30 days");
        check("2026-13-01", "there is no month 13");
        check("2026-11-24 9:30", "write `2026-11-24 09:30`");
        check("2026-11-24 09:30:00 -0800", "write `2026-11-24T09:30:00-08:00`");
        check("2026-11-24 9:30 UTC", "write `2026-11-24T09:30:00Z`");
        check("2026-11-24 6:30 p.m.", "write `2026-11-24 18:30`");
        check("2026-11-24 12:05 am", "write `2026-11-24 00:05`");
        check("2026/11/4", "write `2026-11-04`");
        check("2026-11-24 25:00", "write `2026-11-24`, `2026-11-24 18:30` or");
        check("2026-11-24 soon", "write `2026-11-24`, `2026-11-24 18:30` or");
        check("2026-11-24 +ü:0", "write `2026-11-24`, `2026-11-24 18:30` or");
        check("24.11.2026", "write `2026-11-24`, `2026-11-24 18:30` or");
        check("", "write `2026-11-24`, `2026-11-24 18:30` or");
    }
}
