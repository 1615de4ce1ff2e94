//! Reading a day: a date, a day and a month, or a word for it.

use jiff::civil::{Date, DateTime, Time, Weekday};

/// How many of the first words are the day: `1 Dec`, `Dec 1` and either with a year are several, every other day is one.
pub(super) fn length(words: &[&str]) -> usize {
    match words {
        [first, second, year, ..] if day_of_month(first, second).is_some() && is_year(year) => 3,
        [first, second, ..] if day_of_month(first, second).is_some() => 2,
        _ => 1,
    }
}

/// A date, `today`, `tomorrow`, or a weekday or a day of a month: the next one on which the time is still ahead.
pub(super) fn parse_day(words: &[&str], time: Option<Time>, today: DateTime) -> Option<Date> {
    let ahead = |day: &Date| {
        let later = time.is_some_and(|time| time > today.time());
        *day > today.date() || *day == today.date() && later
    };
    match words {
        [word] => parse_word(word, ahead, today.date()),
        [first, second] => {
            let (day, month) = day_of_month(first, second)?;
            // The 29th of February is never further than eight years away.
            let years = today.year()..=today.year().saturating_add(8);
            let mut days = years.filter_map(|year| Date::new(year, month, day).ok());
            days.find(ahead)
        }
        [first, second, year] => {
            let (day, month) = day_of_month(first, second)?;
            Date::new(year.parse().ok()?, month, day).ok()
        }
        _ => None,
    }
}

fn parse_word(word: &str, ahead: impl Fn(&Date) -> bool, today: Date) -> Option<Date> {
    match word.to_lowercase().as_str() {
        "today" => Some(today),
        "tomorrow" => today.tomorrow().ok(),
        word => match weekday(word) {
            Some(day) if day == today.weekday() && ahead(&today) => Some(today),
            Some(day) => today.nth_weekday(1, day).ok(),
            None => word.parse::<Date>().ok().filter(|_| word.len() == 10),
        },
    }
}

/// A day and the number of its month, whichever of the two comes first.
fn day_of_month(first: &str, second: &str) -> Option<(i8, i8)> {
    let pair = |day: &str, name: &str| Some((number(day)?, month(name)?));
    pair(first, second).or_else(|| pair(second, first))
}

/// `1`, `01`, `1.`, `1st`.
fn number(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    let ends = [".", "st", "nd", "rd", "th"];
    let digits = ends.iter().find_map(|end| word.strip_suffix(end));
    let digits = digits.unwrap_or(&word);
    let is_number = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn month(word: &str) -> Option<i8> {
    match word.to_lowercase().trim_end_matches('.') {
        "january" | "jan" => Some(1),
        "february" | "feb" => Some(2),
        "march" | "mar" => Some(3),
        "april" | "apr" => Some(4),
        "may" => Some(5),
        "june" | "jun" => Some(6),
        "july" | "jul" => Some(7),
        "august" | "aug" => Some(8),
        "september" | "sept" | "sep" => Some(9),
        "october" | "oct" => Some(10),
        "november" | "nov" => Some(11),
        "december" | "dec" => Some(12),
        _ => None,
    }
}

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    match word.to_lowercase().as_str() {
        "monday" | "mon" => Some(Weekday::Monday),
        "tuesday" | "tues" | "tue" => Some(Weekday::Tuesday),
        "wednesday" | "weds" | "wed" => Some(Weekday::Wednesday),
        "thursday" | "thurs" | "thur" | "thu" => Some(Weekday::Thursday),
        "friday" | "fri" => Some(Weekday::Friday),
        "saturday" | "sat" => Some(Weekday::Saturday),
        "sunday" | "sun" => Some(Weekday::Sunday),
        _ => None,
    }
}
