//! Dates and times for readers. English follows the AP Stylebook, Spanish the Real Academia Española, every other
//! language the Unicode CLDR. A language that CLDR does not know gets ISO 8601.

use icu_calendar::{Date, Gregorian};
use icu_datetime::fieldsets::{T, YM, YMD, YMDE};
use icu_datetime::input::Time;
use icu_datetime::{FixedCalendarDateTimeFormatter, NoCalendarFormatter};
use icu_locale_core::Locale;
use jiff::ZonedDateTime;

use super::primary_subtag;

/// Formats a date: `Nov. 24, 2026` (March to July in full), `24 de noviembre de 2026`, `24. November 2026`.
#[must_use]
pub fn date_text(at: &ZonedDateTime, language: &str) -> String {
    let (year, month, day) = (at.year(), usize::from(at.month().unsigned_abs()), at.day());
    match primary_subtag(language) {
        "en" => format!("{} {day}, {year}", AP_MONTHS[month - 1]),
        "es" => format!("{day} de {} de {year}", SPANISH_MONTHS[month - 1]),
        _ => by_cldr(at, language).unwrap_or_else(|| format!("{year:04}-{month:02}-{day:02}")),
    }
}

/// Formats a date with the day of the week: `Tuesday, Nov. 24, 2026`.
#[must_use]
pub fn weekday_and_date(at: &ZonedDateTime, language: &str) -> String {
    let index = usize::from(at.weekday().to_monday_zero_offset().unsigned_abs());
    match primary_subtag(language) {
        "en" => format!("{}, {}", ENGLISH_DAYS[index], date_text(at, language)),
        "es" => format!("{}, {}", SPANISH_DAYS[index], date_text(at, language)),
        _ => {
            let formatter = cldr_locale(language)
                .and_then(|locale| FixedCalendarDateTimeFormatter::try_new(locale.into(), YMDE::long()).ok());
            let text = formatter.zip(day(at)).map(|(formatter, day)| formatter.format(&day).to_string());
            text.unwrap_or_else(|| date_text(at, language))
        }
    }
}

/// Formats a month: `November 2026`, `noviembre de 2026`.
#[must_use]
pub fn month_text(year: i16, month: i8, language: &str) -> String {
    let index = usize::from(month.unsigned_abs()).clamp(1, 12) - 1;
    match primary_subtag(language) {
        "en" => format!("{} {year}", ENGLISH_MONTHS[index]),
        "es" => format!("{} de {year}", SPANISH_MONTHS[index]),
        _ => {
            let formatter = cldr_locale(language)
                .and_then(|locale| FixedCalendarDateTimeFormatter::try_new(locale.into(), YM::long()).ok());
            let first = Date::try_new_gregorian(year.into(), month.unsigned_abs(), 1).ok();
            let text = formatter.zip(first).map(|(formatter, first)| formatter.format(&first).to_string());
            text.unwrap_or_else(|| format!("{year:04}-{:02}", index + 1))
        }
    }
}

/// Formats a time of day: `6:30 p.m.` (AP), `18:30`.
#[must_use]
pub fn time_text(at: &ZonedDateTime, language: &str) -> String {
    let (hour, minute) = (at.hour(), at.minute());
    match (primary_subtag(language), hour, minute) {
        ("en", 0, 0) => "midnight".to_owned(),
        ("en", 12, 0) => "noon".to_owned(),
        ("en", ..) => {
            let half = if hour < 12 { "a.m." } else { "p.m." };
            let twelve = (hour + 11) % 12 + 1;
            if minute == 0 { format!("{twelve} {half}") } else { format!("{twelve}:{minute:02} {half}") }
        }
        ("es", ..) => format!("{hour:02}:{minute:02}"),
        _ => {
            let formatter =
                cldr_locale(language).and_then(|locale| NoCalendarFormatter::try_new(locale.into(), T::hm()).ok());
            let time = Time::try_new(hour.unsigned_abs(), minute.unsigned_abs(), 0, 0).ok();
            let text = formatter.zip(time).map(|(formatter, time)| formatter.format(&time).to_string());
            text.unwrap_or_else(|| format!("{hour:02}:{minute:02}"))
        }
    }
}

fn by_cldr(at: &ZonedDateTime, language: &str) -> Option<String> {
    let formatter = FixedCalendarDateTimeFormatter::try_new(cldr_locale(language)?.into(), YMD::long()).ok()?;
    Some(formatter.format(&day(at)?).to_string())
}

/// Returns the date in the Gregorian calendar, which URLs and archives use, whatever calendar the language prefers.
fn day(at: &ZonedDateTime) -> Option<Date<Gregorian>> {
    Date::try_new_gregorian(at.year().into(), at.month().unsigned_abs(), at.day().unsigned_abs()).ok()
}

/// Parses a language tag; `None` for tags without CLDR data: `zxx` (no language), `und`, `mul`, `mis`.
fn cldr_locale(language: &str) -> Option<Locale> {
    let locale: Locale = language.parse().ok()?;
    let is_language = !matches!(locale.id.language.as_str(), "zxx" | "und" | "mul" | "mis");
    is_language.then_some(locale)
}

const AP_MONTHS: [&str; 12] =
    ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const SPANISH_MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const ENGLISH_DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const SPANISH_DAYS: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::time::{TimeSpec, zoned};

    #[test]
    fn dates_read_as_the_style_books_say() {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let at = zoned(TimeSpec::parse("2026-11-24 18:30").unwrap().unix_seconds(&zone), &zone);
        assert_eq!(weekday_and_date(&at, "en-US"), "Tuesday, Nov. 24, 2026");
        assert_eq!(date_text(&at, "es"), "24 de noviembre de 2026");
        assert_eq!(time_text(&at, "en"), "6:30 p.m.");
        assert_eq!(time_text(&at, "es"), "18:30");
    }

    #[test]
    fn other_languages_are_formatted_as_in_cldr() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at = zoned(TimeSpec::parse("2026-11-24 18:05").unwrap().unix_seconds(&zone), &zone);
        let check = |language: &str, date: &str, weekday: &str, month: &str, time: &str| {
            assert_eq!(date_text(&at, language), date, "{language}");
            assert_eq!(weekday_and_date(&at, language), weekday, "{language}");
            assert_eq!(month_text(2026, 11, language), month, "{language}");
            assert_eq!(time_text(&at, language), time, "{language}");
        };
        check("de", "24. November 2026", "Dienstag, 24. November 2026", "November 2026", "18:05");
        check("pt-BR", "24 de novembro de 2026", "terça-feira, 24 de novembro de 2026", "novembro de 2026", "18:05");
        check("ar", "24 نوفمبر 2026", "الثلاثاء، 24 نوفمبر 2026", "نوفمبر 2026", "6:05 م");
        check("zxx", "2026-11-24", "2026-11-24", "2026-11", "18:05");
        check("not a tag", "2026-11-24", "2026-11-24", "2026-11", "18:05");
    }
}
