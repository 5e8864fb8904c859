//! Times as RFC 3339 in UTC with nanoseconds, dates as `2026-01-31`.
//!
//! Own code, because it needs two conversions and no zones, locales or clock: less than a
//! dependency in core would cost.

use std::fmt;

use serde::{Serialize, Serializer};
use types::{Date, Timestamp};

use super::field::FieldError;

const SECOND_NS: u64 = 1_000_000_000;
const DAY_SECONDS: u64 = 86_400;
const NS_DIGITS: usize = 9;

/// A time, shown as `2026-01-31T23:59:59.000000001Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rfc3339(pub Timestamp);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, ns) = (self.0.0 / SECOND_NS, self.0.0 % SECOND_NS);
        let (days, second) = (seconds / DAY_SECONDS, seconds % DAY_SECONDS);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        let (year, month, day) = civil(days);
        write!(out, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ns:09}Z")
    }
}

impl Serialize for Rfc3339 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A date, shown as `2026-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateText(pub Date);

impl fmt::Display for DateText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(u64::from(self.0.0));
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for DateText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads a time from 1970 on, with `Z` and at most nine decimals of a second.
///
/// # Errors
/// [`FieldError`] for any other text, and for a time after 2554, which nanoseconds cannot count.
pub fn parse_time(field: &'static str, text: &str) -> Result<Timestamp, FieldError> {
    let expected = "a time such as 2026-01-31T23:59:59.5Z, UTC, 1970 to 2554";
    timestamp(text).ok_or_else(|| FieldError::new(field, text, expected))
}

/// Reads a date from 1970 on.
///
/// # Errors
/// [`FieldError`] for any other text.
pub fn parse_date(field: &'static str, text: &str) -> Result<Date, FieldError> {
    let days = days(text).and_then(|days| u32::try_from(days).ok());
    days.map(Date)
        .ok_or_else(|| FieldError::new(field, text, "a date such as 2026-01-31, 1970 to 9999"))
}

fn timestamp(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (clock, fraction) = match time.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (time, None),
    };
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let ns = match fraction {
        Some(digits) if digits.len() > NS_DIGITS => return None,
        Some(digits) => {
            let missing = u32::try_from(NS_DIGITS - digits.len()).ok()?;
            number(digits)? * 10_u64.pow(missing)
        }
        None => 0,
    };
    let seconds = days(date)? * DAY_SECONDS + hour * 3_600 + minute * 60 + second;
    Some(Timestamp(seconds.checked_mul(SECOND_NS)?.checked_add(ns)?))
}

/// Days since 1970-01-01 of a date as text.
fn days(text: &str) -> Option<u64> {
    let [year, month, day] = numbers(text, '-', [4, 2, 2])?;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of_month = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    };
    if year < 1970 || day == 0 || day > days_of_month {
        return None;
    }
    // Years begin in March here, so that the leap day is a year's last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * ERA_DAYS + day_of_era - EPOCH_DAYS)
}

const ERA_DAYS: u64 = 146_097;
/// From 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: u64 = 719_468;

/// Year, month and day of a number of days since 1970-01-01.
///
/// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
fn civil(days: u64) -> (u64, u64, u64) {
    let (era, day_of_era) = ((days + EPOCH_DAYS) / ERA_DAYS, (days + EPOCH_DAYS) % ERA_DAYS);
    let leap_days = day_of_era / 1_460 + day_of_era / 146_096;
    let year_of_era = (day_of_era + day_of_era / 36_524 - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year_of_era;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

/// Splits into three numbers of fixed widths.
fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[u64; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (slot, width) in numbers.iter_mut().zip(widths) {
        let part = parts.next().filter(|part| part.len() == width)?;
        *slot = number(part)?;
    }
    parts.next().is_none().then_some(numbers)
}

/// Reads digits; `None` if there is none, or anything else.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times_are_shown_and_read_back() {
        for (ns, text) in [
            (0, "1970-01-01T00:00:00.000000000Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
            (1_709_251_199_999_999_999, "2024-02-29T23:59:59.999999999Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000000Z"),
            (u64::MAX, "2554-07-21T23:34:33.709551615Z"),
        ] {
            assert_eq!(Rfc3339(Timestamp(ns)).to_string(), text);
            assert_eq!(parse_time("at", text), Ok(Timestamp(ns)), "{text}");
        }
        let tenth = parse_time("at", "1970-01-01T00:00:00.1Z");
        assert_eq!(tenth, Ok(Timestamp(100_000_000)));
        assert_eq!(parse_time("at", "1970-01-01T00:00:01Z"), Ok(Timestamp(SECOND_NS)));
    }

    #[test]
    fn every_day_of_twelve_centuries_is_shown_and_read_back() {
        for day in 0..440_000 {
            let text = DateText(Date(day)).to_string();
            assert_eq!(parse_date("date", &text), Ok(Date(day)), "{text}");
        }
        assert_eq!(DateText(Date(u32::MAX)).to_string(), "11761191-01-20");
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in [
            "",
            "now",
            "2026-01-31",
            "2026-01-31T23:59:59",
            "2026-01-31 23:59:59Z",
            "2026-01-31t23:59:59z",
            "2026-01-31T23:59:59+00:00",
            "2026-01-31T24:00:00Z",
            "2026-01-31T23:60:00Z",
            "2026-01-31T23:59:60Z",
            "2026-01-31T23:59:59.Z",
            "2026-01-31T23:59:59.1234567890Z",
            "2026-01-31T23:59:59.+5Z",
            "2026-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-1-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2554-07-21T23:34:33.709551616Z",
            "9999-12-31T23:59:59Z",
            "２０２６-01-31T23:59:59Z",
        ] {
            let error = parse_time("at", text).expect_err(text);
            assert_eq!((error.field, error.value.as_str()), ("at", text));
        }
    }
}
