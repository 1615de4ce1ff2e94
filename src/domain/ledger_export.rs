//! The record as JSON Lines, for those who keep it elsewhere: one line an entry, each with its seal.
//!
//! `{"hash":"SHA-256 of the entry as it stands here","entry":{…}}`. A seal is over the bytes of the entry, which hold the seal of the one
//! before, so that any tool can check the chain, and a later Rollcall whatever fields it has added by then.

use serde_json::Value;
use sha2::{Digest, Sha256};

const HEAD: &str = "{\"hash\":\"";
const MIDDLE: &str = "\",\"entry\":";
const TAIL: &str = "}";

/// One line, without its end: the entry's JSON as stored, and its seal.
#[must_use]
pub fn line(entry: &str, hash: &str) -> String {
    format!("{HEAD}{hash}{MIDDLE}{entry}{TAIL}")
}

/// Why an export cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The first line that does not fit, from 1.
    pub line: usize,
    /// What does not fit.
    pub why: &'static str,
}

/// What a sound export holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// Number of entries.
    pub entries: usize,
    /// The last seal: it stands for all that comes before.
    pub seal: String,
}

/// Checks an export: every line is one, numbers have no gap, each entry follows from the one before and is as it was sealed, and all are of
/// one rollout. An export that ends early is sound too: only an earlier one or a kept seal tells.
///
/// # Errors
/// The first line that does not fit.
pub fn verify(text: &str) -> Result<Sound, Broken> {
    let mut rollout = None;
    let mut seal = String::new();
    let mut entries = 0;
    for (index, text) in text.lines().enumerate() {
        let broken = |why| Broken {
            line: index + 1,
            why,
        };
        let (hash, entry) = parts(text).ok_or_else(|| broken("it is not a line of an export"))?;
        if hex::encode(Sha256::digest(entry)) != hash {
            return Err(broken("its content was changed"));
        }
        let value: Value =
            serde_json::from_str(entry).map_err(|_| broken("its entry is not JSON"))?;
        if value["seq"] != index + 1 {
            return Err(broken("an entry is missing before this one"));
        }
        if value["previous"] != seal.as_str() {
            return Err(broken("it does not follow from the entry before"));
        }
        if rollout.get_or_insert_with(|| value["rollout"].clone()) != &value["rollout"] {
            return Err(broken("it is of another rollout"));
        }
        hash.clone_into(&mut seal);
        entries = index + 1;
    }
    Ok(Sound { entries, seal })
}

/// The first line in which a later export departs from an earlier one; none when it goes on where that one ended.
#[must_use]
pub fn departs(earlier: &str, later: &str) -> Option<usize> {
    let mut later = later.lines();
    let mut earlier = earlier.lines().enumerate();
    earlier.find_map(|(index, line)| (later.next() != Some(line)).then_some(index + 1))
}

fn parts(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix(HEAD)?.strip_suffix(TAIL)?;
    let (hash, entry) = rest.split_once(MIDDLE)?;
    (hash.len() == 64).then_some((hash, entry))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ids::RolloutId,
        ledger::{Entry, Fact},
    };
    use jiff::Timestamp;

    fn export(rollout: &str, items: &[&str]) -> String {
        let mut previous = String::new();
        let mut text = String::new();
        for (index, item) in items.iter().enumerate() {
            let entry = Entry {
                rollout: RolloutId(rollout.to_owned()),
                seq: index as u64 + 1,
                at: Timestamp::UNIX_EPOCH,
                cause: "d-1".to_owned(),
                actor: None,
                fact: Fact::Ticked {
                    item: (*item).to_owned(),
                },
                previous,
            };
            previous = entry.hash();
            text.push_str(&line(&entry.to_json(), &previous));
            text.push('\n');
        }
        text
    }

    #[track_caller]
    fn check(text: &str, line: usize, why: &str) {
        let broken = verify(text).expect_err("it is broken");
        assert_eq!((broken.line, broken.why), (line, why));
    }

    #[test]
    fn a_whole_export_is_sound() {
        let text = export("ro-1", &["backup", "smoke \"tests\"", "done"]);
        let sound = verify(&text).expect("it is sound");
        assert_eq!((sound.entries, sound.seal.len()), (3, 64));
        assert_eq!(verify("").map(|sound| sound.entries), Ok(0));
    }

    #[test]
    fn no_byte_can_be_changed() {
        let text = export("ro-1", &["backup", "smoke tests"]);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let changed = String::from_utf8(bytes).expect("ASCII stays ASCII");
            // The end of the last line is no part of any entry.
            assert!(
                verify(&changed).is_err() || at + 1 == text.len(),
                "byte {at}"
            );
        }
    }

    #[test]
    fn no_line_can_be_taken_out_put_in_or_exchanged() {
        let text = export("ro-1", &["a", "b", "c"]);
        let lines: Vec<&str> = text.lines().collect();
        check(
            &[lines[0], lines[2]].join("\n"),
            2,
            "an entry is missing before this one",
        );
        check(
            &[lines[0], lines[0]].join("\n"),
            2,
            "an entry is missing before this one",
        );
        check(
            &[lines[0], lines[1], ""].join("\n\n"),
            2,
            "it is not a line of an export",
        );
        let forged = export("ro-1", &["x", "b"]);
        let forged = forged.lines().nth(1).expect("a second line");
        check(
            &[lines[0], forged].join("\n"),
            2,
            "it does not follow from the entry before",
        );
    }

    #[test]
    fn an_earlier_export_tells_what_was_cut_off_or_written_anew() {
        let (early, late) = (
            export("ro-1", &["a", "b"]),
            export("ro-1", &["a", "b", "c"]),
        );
        assert_eq!(departs(&early, &late), None);
        assert_eq!(departs(&late, &early), Some(3));
        assert_eq!(departs(&early, &export("ro-1", &["a", "x", "c"])), Some(2));
    }
}
