//! Range requests (RFC 9110, section 14).

use std::ops::Range;

/// Result of parsing a `Range` header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RangeOutcome {
    /// Send the whole file: the header is not a byte range, or asks for several parts, which a server may answer with
    /// the whole.
    Whole,
    /// Send this range of bytes.
    Part(Range<usize>),
    /// The range is outside the file: 416.
    Unsatisfiable,
}

/// Greatest number of ranges that are parsed; no media player or download manager uses more.
const MAX_RANGES: usize = 16;

/// Parses the header for a file of `length` bytes.
pub(crate) fn parse(header: &str, length: usize) -> RangeOutcome {
    let Some((unit, set)) = header.split_once('=') else { return RangeOutcome::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.split(',').count() > MAX_RANGES {
        return RangeOutcome::Whole;
    }
    // Empty elements of a list are allowed (RFC 9110, section 5.6.1).
    let specs = set.split(',').map(str::trim).filter(|spec| !spec.is_empty());
    let Some(ranges) = specs.map(|spec| range(spec, length)).collect::<Option<Vec<_>>>() else {
        return RangeOutcome::Whole;
    };
    let mut non_empty = ranges.iter().filter(|range| !range.is_empty());
    match (non_empty.next(), non_empty.next()) {
        _ if ranges.is_empty() => RangeOutcome::Whole,
        (None, _) => RangeOutcome::Unsatisfiable,
        (Some(only), None) => RangeOutcome::Part(only.clone()),
        (Some(_), Some(_)) => RangeOutcome::Whole,
    }
}

/// Parses one range, limited to the file: `0-499`, `500-`, or `-500` for the last 500 bytes. `None` if it is invalid.
fn range(spec: &str, length: usize) -> Option<Range<usize>> {
    let (first, last) = spec.split_once('-')?;
    match (first, last) {
        ("", last) => Some(length.saturating_sub(number(last)?)..length),
        (first, "") => Some(number(first)?.min(length)..length),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then(|| first.min(length)..last.saturating_add(1).min(length))
        }
    }
}

/// Parses a number of any length; one that overflows is past the end of every file.
fn number(digits: &str) -> Option<usize> {
    let good = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| digits.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_parsed_as_the_standard_requires() {
        let check = |header: &str, expected: RangeOutcome| assert_eq!(parse(header, 1000), expected, "{header}");
        check("bytes=0-499", RangeOutcome::Part(0..500));
        check("Bytes=0-0", RangeOutcome::Part(0..1));
        check("bytes=500-", RangeOutcome::Part(500..1000));
        check("bytes=-1", RangeOutcome::Part(999..1000));
        check("bytes=-5000", RangeOutcome::Part(0..1000));
        check("bytes=900-99999999999999999999999999", RangeOutcome::Part(900..1000));
        check("bytes=1000-", RangeOutcome::Unsatisfiable);
        check("bytes=99999999999999999999999999-", RangeOutcome::Unsatisfiable);
        check("bytes=-0", RangeOutcome::Unsatisfiable);
        check("bytes=2000-3000, 4000-", RangeOutcome::Unsatisfiable);
        check("bytes=2000-3000, 10-19", RangeOutcome::Part(10..20));
        check("bytes=0-9, 20-29", RangeOutcome::Whole);
        check(&format!("bytes={}", "0-0,".repeat(20)), RangeOutcome::Whole);
    }

    #[test]
    fn what_is_no_range_is_overlooked() {
        for header in ["", "bytes", "bytes=", "bytes=,", "bytes=9-5", "bytes=a-b", "bytes=--5", "bytes=5", "lines=1-2"]
        {
            assert_eq!(parse(header, 1000), RangeOutcome::Whole, "{header}");
        }
        assert_eq!(parse("bytes=+1-5", 1000), RangeOutcome::Whole);
        assert_eq!(parse("bytes=0-", 0), RangeOutcome::Unsatisfiable);
    }
}
