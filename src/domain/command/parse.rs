//! From the text of a comment to commands.

use super::{Command, CommandName, Said, foreign::is_foreign, rollout, words};
use crate::domain::{markdown::Lines, problem::did_you_mean, text::command_lines};

/// How many commands of one comment count.
pub const MOST: usize = 20;

/// Reads the commands of a comment, in order. A word that is no command of Rollcall's, nor one or two letters away from one, gives nothing.
#[must_use]
pub fn parse_comment(body: &str) -> Vec<Said> {
    let lines = Lines::of(body);
    let found = command_lines(body);
    let mut said = Vec::new();
    let mut beyond = 0;
    for (index, (number, line)) in found.iter().enumerate() {
        // What stands below belongs to a command until the next one.
        let end = found.get(index + 1).map_or(usize::MAX, |(next, _)| *next);
        let Some(one) = parse_line(line, || below(&lines, *number, end)) else {
            continue;
        };
        if said.len() < MOST {
            said.push(one);
        } else {
            beyond += 1;
        }
    }
    if beyond > 0 {
        said.push(Said::TooMany(beyond));
    }
    said
}

/// The lines below a command, down to the next command, a quote, a code block or a rule.
fn below<'a>(lines: &Lines<'a>, number: usize, end: usize) -> Vec<&'a str> {
    let stops = |line: &str| {
        [">", "```", "~~~", "---", "___", "<"]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    lines
        .iter()
        .skip(number)
        .take_while(|(number, _, _)| *number < end)
        .map(|(_, _, line)| line.trim())
        .take_while(|line| !stops(line))
        .collect()
}

/// Reads one line that begins with `/` and, right behind it, the word.
fn parse_line<'a>(line: &str, below: impl FnOnce() -> Vec<&'a str>) -> Option<Said> {
    let words = line.strip_prefix('/')?;
    if words.starts_with(char::is_whitespace) {
        return None;
    }
    let (word, rest) = words::first(words);
    let word = word
        .trim_end_matches([':', ',', '.', ';', '!'])
        .to_lowercase();
    let Some(name) = CommandName::from_word(&word) else {
        return guess(&word);
    };
    let read = match name {
        CommandName::Rollout => rollout::parse(rest, &below()),
        _ => parse_words(name, rest),
    };
    Some(match read {
        Ok(command) => Said::Command(command),
        Err(problem) => Said::Malformed {
            name,
            problem,
            usage: name.usage(),
        },
    })
}

fn guess(word: &str) -> Option<Said> {
    let is_word = word.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    if !is_word || word.len() > 20 || is_foreign(word) {
        return None;
    }
    let known = CommandName::ALL.map(CommandName::word);
    let meant = did_you_mean(word, known).and_then(CommandName::from_word)?;
    // Slips rarely touch the first letter; a word that begins otherwise (`/dance` for `/cancel`) is another word.
    if !meant.word().starts_with(word.get(..1)?) {
        return None;
    }
    Some(Said::DidYouMean {
        word: word.to_owned(),
        meant,
    })
}

type Read<T> = Result<T, String>;

/// Commands by the words that they take.
fn parse_words(name: CommandName, rest: &str) -> Read<Command> {
    use CommandName as N;
    match name {
        N::Rollout => rollout::parse(rest, &[]),
        N::Simulate => simulate(rest),
        N::Resolve => resolve(rest),
        N::Feedback => feedback(rest),
        N::Why if rest.is_empty() => Ok(Command::Why { item: None }),
        N::Why | N::Done | N::Undo | N::Evidence | N::Skip | N::Owner => on_item(name, rest),
        N::Reject | N::Rollback | N::Expedite | N::Cancel | N::Hold => for_a_reason(name, rest),
        N::Schedule => Ok(Command::Schedule {
            text: wanted(rest, "when is missing")?,
        }),
        N::Log => Ok(Command::Log {
            text: wanted(rest, "what happened is missing")?,
        }),
        N::Announce => Ok(Command::Announce {
            text: words::some(rest),
        }),
        N::ApproveDeploy => Ok(Command::Approve {
            note: words::some(rest),
        }),
        N::ConfirmExpedite => Ok(Command::ConfirmExpedite {
            note: words::some(rest),
        }),
        N::Status => Ok(Command::Status),
        N::Help => Ok(Command::Help),
        N::Preview => Ok(Command::Preview),
        // Whatever else is said: somebody wants it to stop.
        N::Abort => Ok(Command::Abort),
        N::Withdraw => alone(name, rest, Command::Withdraw),
        N::StartDeploy => alone(name, rest, Command::StartDeploy),
        N::Promote => alone(name, rest, Command::Promote),
        N::Resume => alone(name, rest, Command::Resume),
        N::Refresh => alone(name, rest, Command::Refresh),
    }
}

/// Commands that are nothing without a reason.
fn for_a_reason(name: CommandName, rest: &str) -> Read<Command> {
    // Prow, which many use beside Rollcall, takes its hold back with `/hold cancel`.
    if name == CommandName::Hold && rest.eq_ignore_ascii_case("cancel") {
        return Err("to continue, write `/resume`".into());
    }
    let reason = reason(rest)?;
    Ok(match name {
        CommandName::Reject => Command::Reject { reason },
        CommandName::Rollback => Command::Rollback { reason },
        CommandName::Expedite => Command::Expedite { reason },
        CommandName::Hold => Command::Hold { reason },
        _ => Command::Cancel { reason },
    })
}

/// Commands on an item.
fn on_item(name: CommandName, rest: &str) -> Read<Command> {
    let (word, rest) = words::first(rest);
    if word.is_empty() {
        return Err(
            "the item is missing: its id such as `backup`, or its number such as `3.2`".into(),
        );
    }
    let item =
        words::item(word).ok_or_else(|| format!("`{word}` is not an item's id or number"))?;
    Ok(match name {
        CommandName::Done => Command::Done {
            item,
            note: words::some(rest),
        },
        CommandName::Undo => Command::Undo { item },
        CommandName::Evidence => Command::Evidence {
            item,
            text: wanted(rest, "the evidence is missing: an address, or words")?,
        },
        CommandName::Skip => Command::Skip {
            item,
            reason: reason(rest)?,
        },
        CommandName::Owner => {
            let login = words::login(words::first(rest).0)
                .ok_or("who is missing: a login such as `@ana`")?;
            Command::Owner { item, login }
        }
        _ => Command::Why { item: Some(item) },
    })
}

fn wanted(text: &str, problem: &str) -> Read<String> {
    words::some(text).ok_or_else(|| problem.to_owned())
}

fn reason(text: &str) -> Read<String> {
    wanted(text, "the reason is missing")
}

/// A command that changes much and takes no words: words after it are more likely a sentence about it.
fn alone(name: CommandName, rest: &str, command: Command) -> Read<Command> {
    if rest.is_empty() {
        Ok(command)
    } else {
        Err(format!("`/{name}` stands alone on its line"))
    }
}

fn resolve(rest: &str) -> Read<Command> {
    let (word, how) = words::first(rest);
    let number = word
        .trim_start_matches('#')
        .trim_end_matches([':', '.'])
        .parse();
    let number = number.map_err(|_| "the number of the log entry is missing".to_owned())?;
    Ok(Command::Resolve {
        number,
        how: wanted(how, "how it was solved is missing")?,
    })
}

fn feedback(rest: &str) -> Read<Command> {
    let (word, text) = words::first(rest);
    let word = word.trim_end_matches([':', ',', '.']);
    let score = word
        .strip_suffix("/5")
        .unwrap_or(word)
        .parse()
        .ok()
        .filter(|score| (1..=5).contains(score));
    let score = score.ok_or("the score is a number from 1 (bad) to 5 (good)")?;
    Ok(Command::Feedback {
        score,
        text: words::some(text),
    })
}

/// `/simulate approve-deploy @ana`. The last `@user` is for whom, but for `/owner`, which has one of its own.
fn simulate(rest: &str) -> Read<Command> {
    let command = rest.trim_start_matches('/');
    let name = CommandName::from_word(words::first(command).0);
    let name = name
        .filter(|name| *name != CommandName::Simulate)
        .ok_or("the command to simulate is missing")?;
    let logins = command
        .split_whitespace()
        .filter(|word| words::login(word).is_some())
        .count();
    let own = usize::from(name == CommandName::Owner);
    let last = command.split_whitespace().next_back().unwrap_or_default();
    match words::login(last).filter(|_| logins > own) {
        Some(user) => {
            let command = command.strip_suffix(last).unwrap_or(command).trim_end();
            Ok(Command::Simulate {
                command: format!("/{command}"),
                user: Some(user),
            })
        }
        None => Ok(Command::Simulate {
            command: format!("/{command}"),
            user: None,
        }),
    }
}
