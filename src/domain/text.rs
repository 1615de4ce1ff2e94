//! The lines of a comment on which a command may stand.

use std::collections::HashMap;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::markdown::{self, Lines};

/// The lines of a comment that begin with `/` and are shown to readers as the comment's own text, with their 1-based
/// numbers; each from its `/` to its end. Nothing from code, quotes, HTML, tables, footnotes or links counts, and
/// nothing below the line where the quoted part of an e-mail reply begins.
#[must_use]
pub fn command_lines(body: &str) -> Vec<(usize, &str)> {
    let lines = Lines::of(body);
    let starts = text_starts(body);
    let own = lines
        .iter()
        .take_while(|(number, _, _)| !reply_begins(&lines, *number));
    let commands = own.filter_map(|(number, start, line)| {
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        let in_list = *starts.get(&(start + indent))?;
        // A line at the margin right below a list item is part of the item to Markdown, and a new line to its writer.
        let at_start = if in_list { indent == 0 } else { indent <= 3 };
        (text.starts_with('/') && at_start).then(|| (number, text.trim_end()))
    });
    commands.collect()
}

/// The byte offsets at which shown text starts, and whether it is inside a list item.
fn text_starts(body: &str) -> HashMap<usize, bool> {
    let mut starts = HashMap::new();
    let (mut hidden, mut lists) = (0_usize, 0_usize);
    for (event, range) in markdown::events(body) {
        match event {
            Event::Start(tag) if hides(&tag) => hidden += 1,
            Event::Start(Tag::Item) => lists += 1,
            Event::End(TagEnd::Item) => lists -= 1,
            Event::End(
                TagEnd::BlockQuote(_)
                | TagEnd::CodeBlock
                | TagEnd::HtmlBlock
                | TagEnd::FootnoteDefinition
                | TagEnd::Table
                | TagEnd::Link
                | TagEnd::Image,
            ) => hidden -= 1,
            Event::Text(_) if hidden == 0 => {
                starts.insert(range.start, lists > 0);
            }
            _ => {}
        }
    }
    starts
}

fn hides(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::Table(_)
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

/// Whether mail programs begin the quoted message or the signature on this line.
fn reply_begins(lines: &Lines<'_>, number: usize) -> bool {
    let line = lines.line(number).trim_end();
    let alone = matches!(line, "--" | "—" | "-----Original Message-----");
    let rule = line.len() >= 20 && line.chars().all(|c| c == '_');
    alone || rule || line.starts_with("Reply to this email directly") || attribution(lines, number)
}

/// `On Mon, 23 Nov 2026 at 10:00, A <a@example.test> wrote:`, perhaps broken over two or three lines.
fn attribution(lines: &Lines<'_>, number: usize) -> bool {
    let ends: &[&str] = match lines.line(number).split(' ').next() {
        Some("On") => &["wrote:"],
        Some("Am") => &["schrieb:", ">:"],
        Some("Le") => &["a écrit :", "a écrit:"],
        _ => return false,
    };
    (number..number + 3)
        .map(|number| lines.line(number).trim_end())
        .take_while(|line| !line.is_empty())
        .any(|line| ends.iter().any(|end| line.ends_with(end)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &[(usize, &str)]) {
        assert_eq!(command_lines(body), expected, "{body:?}");
    }

    #[test]
    fn a_command_begins_a_line_of_the_comments_own_text() {
        check("/status", &[(1, "/status")]);
        check(
            "Thanks!\n/done backup  \nand\n/why 3.1",
            &[(2, "/done backup"), (4, "/why 3.1")],
        );
        check("/hold\r\n/resume\r\n", &[(1, "/hold"), (2, "/resume")]);
        check("/hold\r/resume", &[(1, "/hold"), (2, "/resume")]);
        check("  /status", &[(1, "  /status".trim())]);
        check("- tested\n/approve-deploy", &[(2, "/approve-deploy")]);
        check("/approve-deploy\n---\nbye", &[(1, "/approve-deploy")]);
        check("/log `code` and <b>", &[(1, "/log `code` and <b>")]);
        check("# Title\n/status", &[(2, "/status")]);
    }

    #[test]
    fn code_quotes_and_html_give_no_commands() {
        let none = [
            "please /approve-deploy",
            "\\/approve-deploy",
            "```\n/approve-deploy\n```",
            "~~~\n/approve-deploy",
            "    /approve-deploy",
            "\t/approve-deploy",
            "`code\n/approve-deploy\n`",
            "> /approve-deploy",
            "> quoted\n/approve-deploy",
            "<!--\n/approve-deploy\n-->",
            "text <!--\n/approve-deploy\n-->",
            "<div>\n/approve-deploy\n</div>",
            "<details>\n/approve-deploy\n</details>",
            "text <a title='\n/approve-deploy\n'>",
            "- /approve-deploy",
            "- item\n  /approve-deploy",
            "- a\n  > b\n/approve-deploy",
            "[text\n/approve-deploy\n](/url)",
            "[^1]: note\n/approve-deploy\n\n[^1]",
            "| a |\n|---|\n/approve-deploy |",
            "[a]:\n/approve-deploy",
            "",
        ];
        for body in none {
            check(body, &[]);
        }
    }

    #[test]
    fn a_reply_by_mail_counts_down_to_the_quoted_message() {
        check(
            "/approve-deploy\n\nOn Mon, 23 Nov 2026, A <a@example.test> wrote:\n/hold x",
            &[(1, "/approve-deploy")],
        );
        check(
            "ok\n\nOn Mon, 23 Nov 2026 at 10:00, A\n<a@example.test> wrote:\n\n/hold x",
            &[],
        );
        check("/status\n-- \n/hold x", &[(1, "/status")]);
        check(
            "/status\n—\nReply to this email directly, or view it on GitHub.\n/hold x",
            &[(1, "/status")],
        );
        check("On Monday we start.\n\n/status", &[(3, "/status")]);
    }

    proptest! {
        /// Whatever is read as a command is a whole line of the comment that begins with `/`, and quoting the comment
        /// or putting it into code leaves none.
        #[test]
        fn a_command_is_a_line_and_a_quoted_one_is_none(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "/hold", "/why 1", "\n", "\n\n", "\r\n", "\r", "> ", "- ", "    ", "\t", "```\n", "`", "<!--", "-->", "<div>", "a ", "|", "*", "[", "](",
                "-- \n", "# ", "---", "[^1]: ", "\\", "\u{2028}",
            ]), 0..20)
        ) {
            let body = pieces.concat();
            let lines: Vec<&str> = body.split(['\n', '\r']).map(|line| line.trim_end().trim_start_matches(' ')).collect();
            for (number, line) in command_lines(&body) {
                prop_assert!(line.starts_with('/') && lines.contains(&line), "{number} {line:?}");
            }
            let behind = |mark: &str| mark.to_owned() + &body.replace("\r\n", "\n").replace(['\r', '\n'], &format!("\n{mark}"));
            prop_assert!(command_lines(&behind("> ")).is_empty());
            prop_assert!(command_lines(&behind("    ")).is_empty());
        }
    }
}
