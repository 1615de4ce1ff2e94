//! Lengths of time as people write them: `90m`, `24h`, `7d`, `1h30m`.

use jiff::SignedDuration;

/// The longest length anybody may write: a year.
const LONGEST: i64 = 366 * 86_400;

/// Reads `90m`, `24h`, `7d`, `1h30m`, `2w`; a day is 24 hours. Spaces do not matter, and neither does spelling the unit out.
///
/// # Errors
/// One sentence that says what is wrong with the text.
pub fn parse_duration(text: &str) -> Result<SignedDuration, String> {
    let wrong = || {
        format!(
            "`{}` is not a length of time such as `90m`, `24h`, `7d` or `1h30m`",
            text.trim()
        )
    };
    let mut rest: &str = &text.trim().to_lowercase();
    let mut seconds: i64 = 0;
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: i64 = rest[..digits].parse().map_err(|_| wrong())?;
        rest = rest[digits..].trim_start();
        let letters = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let unit = unit(&rest[..letters]).ok_or_else(wrong)?;
        rest = rest[letters..].trim_start();
        seconds = number
            .checked_mul(unit)
            .and_then(|part| seconds.checked_add(part))
            .filter(|sum| *sum <= LONGEST)
            .ok_or_else(|| format!("`{}` is longer than a year", text.trim()))?;
    }
    Ok(SignedDuration::from_secs(seconds))
}

fn unit(word: &str) -> Option<i64> {
    match word {
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(60),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(3_600),
        "d" | "day" | "days" => Some(86_400),
        "w" | "week" | "weeks" => Some(7 * 86_400),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        let check = |text: &str, seconds| {
            assert_eq!(
                parse_duration(text).map(|d| d.as_secs()),
                Ok(seconds),
                "{text}"
            );
        };
        check("90m", 5_400);
        check("24h", 86_400);
        check("7d", 604_800);
        check("1h30m", 5_400);
        check(" 1 hour 30 minutes ", 5_400);
        check("2W", 1_209_600);
        check("0m", 0);
    }

    #[test]
    fn what_is_no_length_is_refused_with_an_example() {
        for text in ["", "5", "h", "-1h", "1.5h", "1x", "١h", "soon"] {
            assert!(
                parse_duration(text).is_err_and(|why| why.contains("`24h`")),
                "{text}"
            );
        }
        assert_eq!(
            parse_duration("9999999999999h"),
            Err("`9999999999999h` is longer than a year".into())
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            if let Ok(length) = parse_duration(&text) {
                prop_assert!(!length.is_negative());
            }
        }
    }
}
