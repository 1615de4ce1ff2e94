//! Reading when a window ends, where that is said instead of how long it takes.

use jiff::civil::Time;

use super::{
    clock::parse_clock,
    when::{Read, ScheduleProblem},
    zone::parse_offset,
};

const DASHES: [char; 4] = ['-', '\u{2212}', '\u{2013}', '\u{2014}'];

/// Takes the end off the time of day: `22:00-23:30`, `22:00 - 23:30`, `22:00 until 23:30`.
pub(super) fn take_end(words: &mut Vec<&str>) -> Read<Option<Time>> {
    let between = |word: &str| {
        let is_dash = |word: &str| word.chars().all(|c| DASHES.contains(&c));
        !word.is_empty() && is_dash(word)
            || ["to", "until", "till"].contains(&word.to_lowercase().as_str())
    };
    for at in 0..words.len() {
        if let Some((start, end)) = in_one_word(words[at])? {
            words[at] = start;
            return Ok(Some(end));
        }
        if let [start, middle, end, ..] = words[at..]
            && between(middle)
            && clock_of(start).is_some()
            && let Some(end) = parse_clock(end)
        {
            words.drain(at + 1..=at + 2);
            return Ok(Some(end));
        }
    }
    Ok(None)
}

/// The word up to its dash, and the time behind it. Behind a hyphen an offset may be meant; a day joined with `T` says that it is.
fn in_one_word(word: &str) -> Read<Option<(&str, Time)>> {
    let Some((start, end)) = word.rsplit_once(DASHES) else {
        return Ok(None);
    };
    let (Some(clock), Some(time)) = (clock_of(start), parse_clock(end)) else {
        return Ok(None);
    };
    let sign = &word[start.len()..word.len() - end.len()];
    if ["-", "\u{2212}"].contains(&sign) && parse_offset(end, true).is_some() {
        if clock.len() < start.len() {
            return Ok(None);
        }
        return Err(ScheduleProblem::new(
            format!("`{word}` can mean until {end}, or an offset from UTC"),
            format!("write `{start} until {end}` or `{start} -{end}`"),
        ));
    }
    Ok(Some((start, time)))
}

/// The time of day in `22:00` or `2026-12-01T22:00`.
fn clock_of(word: &str) -> Option<&str> {
    let clock = word.split_once(['T', 't']).map_or(word, |(_, clock)| clock);
    parse_clock(clock).map(|_| clock)
}
