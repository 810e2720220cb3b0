//! Times as authors write them ([`TimeSpec`]), and their forms for readers and feeds.
//!
//! No clock is read here: the build's clock is an argument of the command line.

mod format;
mod parse_error;

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use schemars::JsonSchema;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use self::format::{date_text, month_text, time_text, weekday_and_date};

/// A time as written: RFC 3339, a date, or a local date and time in the site's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeSpec {
    /// A text with an offset. Unix seconds.
    Instant(i64),
    /// A local date and time in the site's time zone.
    Local(DateTime),
    /// A date: the start of the day in the site's time zone.
    Day(Date),
}

impl TimeSpec {
    /// Parses a time.
    ///
    /// # Errors
    /// If the text has none of the three forms; the message is worded for a diagnostic.
    pub fn parse(text: &str) -> Result<TimeSpec, String> {
        let text = text.trim();
        TimeSpec::parse_strictly(text).ok_or_else(|| parse_error::why(text))
    }

    fn parse_strictly(text: &str) -> Option<TimeSpec> {
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Some(TimeSpec::Instant(instant.as_second()));
        }
        // jiff parses the date of a longer text and ignores the rest, so the length decides between date and local
        // time.
        if text.len() <= 10 {
            if let Ok(day) = text.parse::<Date>() {
                return Some(TimeSpec::Day(day));
            }
        } else if let Ok(local) = text.replacen(' ', "T", 1).parse::<DateTime>() {
            return Some(TimeSpec::Local(local));
        }
        None
    }

    /// Returns whether this time is before `other` in every time zone. Without the zone, a local time is known only
    /// within 14 hours.
    #[must_use]
    pub fn is_surely_before(&self, other: &TimeSpec) -> bool {
        let is_instant = |when: &TimeSpec| matches!(when, TimeSpec::Instant(_));
        let doubt = if is_instant(self) == is_instant(other) { 0 } else { FURTHEST_ZONE };
        self.unix_seconds(&TimeZone::UTC).saturating_add(doubt) < other.unix_seconds(&TimeZone::UTC)
    }

    /// Resolves the time in a zone to Unix seconds.
    #[must_use]
    pub fn unix_seconds(&self, zone: &TimeZone) -> i64 {
        let local = match self {
            TimeSpec::Instant(seconds) => return *seconds,
            TimeSpec::Local(local) => *local,
            TimeSpec::Day(day) => day.at(0, 0, 0, 0),
        };
        zone.to_ambiguous_timestamp(local).compatible().map_or(i64::MAX, |instant| instant.as_second())
    }
}

/// Greatest distance of a time zone from UTC, in seconds: Kiribati is 14 hours ahead.
const FURTHEST_ZONE: i64 = 14 * 3600;

impl<'de> Deserialize<'de> for TimeSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TimeSpec, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = TimeSpec;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time such as 2026-11-24 or 2026-11-24T18:30:00-08:00")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<TimeSpec, E> {
                TimeSpec::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl fmt::Display for TimeSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimeSpec::Instant(seconds) => {
                write!(f, "{}", Timestamp::from_second(*seconds).unwrap_or(Timestamp::UNIX_EPOCH))
            }
            TimeSpec::Local(local) => write!(f, "{local}"),
            TimeSpec::Day(day) => write!(f, "{day}"),
        }
    }
}

impl Serialize for TimeSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for TimeSpec {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "When".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "RFC 3339, or a date, or a local date and time in the site's time zone",
            "examples": ["2026-11-24", "2026-11-24 18:30", "2026-11-24T18:30:00-08:00"]
        })
    }
}

/// Converts Unix seconds to a date and time in a zone. Values outside jiff's range become the nearest one inside.
#[must_use]
pub fn zoned(seconds: i64, zone: &TimeZone) -> ZonedDateTime {
    let bounded = seconds.clamp(Timestamp::MIN.as_second() + 200_000, Timestamp::MAX.as_second() - 200_000);
    Timestamp::from_second(bounded).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned_datetime(zone.clone())
}

/// Formats a time by RFC 3339 with the zone's offset: `2026-11-24T18:30:00-08:00`.
#[must_use]
pub fn rfc3339(at: &ZonedDateTime) -> String {
    let shown = |at: &ZonedDateTime| at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    // RFC 3339 offsets have no seconds, but the local times used before time zones were introduced do; those become
    // UTC.
    if at.offset().seconds() % 60 == 0 { shown(at) } else { shown(&at.with_time_zone(TimeZone::UTC)) }
}

/// Formats a time by RFC 5322, as RSS wants it: `Tue, 24 Nov 2026 18:30:00 -0800`.
#[must_use]
pub fn rfc5322(at: &ZonedDateTime) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// Returns the primary subtag of a language tag (BCP 47): `en` of `en-US`.
#[must_use]
pub fn primary_subtag(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_an_unknown_zone_are_compared_with_care() {
        let check = |one: &str, other: &str, is_before: bool| {
            let (one, other) = (TimeSpec::parse(one).unwrap(), TimeSpec::parse(other).unwrap());
            assert_eq!(one.is_surely_before(&other), is_before, "{one} {other}");
        };
        check("2026-06-01", "2026-06-01 00:01", true);
        check("2026-06-01", "2026-06-01", false);
        check("2026-06-01T10:00:00Z", "2026-06-01T10:00:01Z", true);
        check("2026-06-01 10:00", "2026-06-01T20:00:00Z", false);
        check("2026-06-01T10:00:00Z", "2026-06-02 12:00", true);
    }

    #[test]
    fn the_three_forms_and_nothing_else() {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let check = |text: &str, rfc: &str| {
            let seconds = TimeSpec::parse(text).unwrap().unix_seconds(&zone);
            assert_eq!(rfc3339(&zoned(seconds, &zone)), rfc, "{text}");
        };
        check("2026-11-24", "2026-11-24T00:00:00-08:00");
        check("2026-07-04 18:30", "2026-07-04T18:30:00-07:00");
        check("2026-11-24T18:30:00Z", "2026-11-24T10:30:00-08:00");
        for bad in ["", "tomorrow", "2026-13-01", "2026-11-24T25:00", "24.11.2026", "2026-11-24 soon"] {
            assert!(TimeSpec::parse(bad).is_err(), "{bad}");
        }
    }
}
