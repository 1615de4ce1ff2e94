//! Documents to ask about: the specification's examples, what can be made of them, and random ones.

use std::{fs, path::Path};

/// The examples of the GFM specification, as Markdown.
pub fn examples() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/partners/spec.txt");
    let spec = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; run tests/partners/install.sh", path.display())
    });
    let fence = "`".repeat(32);
    let mut examples = Vec::new();
    let mut lines = spec.lines();
    while let Some(line) = lines.next() {
        if !line
            .strip_prefix(&fence)
            .is_some_and(|rest| rest.starts_with(" example"))
        {
            continue;
        }
        let markdown = lines.by_ref().take_while(|line| *line != ".");
        let markdown: String = markdown.flat_map(|line| [line, "\n"]).collect();
        examples.push(markdown.replace('→', "\t"));
    }
    examples
}

/// An example with a box behind every list marker and bold text, and it all in a list item, in a quote, and below a box.
pub fn variations(example: &str) -> [String; 4] {
    let boxed: String = example.split_inclusive('\n').map(boxed).collect();
    let behind = |first: &str, rest: &str| {
        let lines = boxed.split_inclusive('\n').enumerate();
        let marked = lines.flat_map(|(index, line)| [if index == 0 { first } else { rest }, line]);
        marked.collect::<String>()
    };
    [
        behind("- ", "  "),
        behind("> ", "> "),
        format!("- [x] above\n{}", behind("  ", "  ")),
        boxed,
    ]
}

/// A line with `[ ] ` behind its list marker, if it has one.
fn boxed(line: &str) -> String {
    let text = line.trim_start_matches([' ', '\t', '>']);
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = if digits.len() < text.len() {
        digits.strip_prefix(['.', ')'])
    } else {
        text.strip_prefix(['-', '*', '+'])
    };
    match rest.map(|rest| (rest, rest.trim_start_matches([' ', '\t']))) {
        Some((rest, words)) if words.len() < rest.len() && !words.trim().is_empty() => {
            format!("{}[ ] {words}", &line[..line.len() - words.len()])
        }
        _ => line.to_owned(),
    }
}

/// What lists, boxes, quotes, code, HTML, tables and footnotes are made of.
const PIECES: [&str; 56] = [
    "- ",
    "* ",
    "+ ",
    "1. ",
    "1) ",
    "2. ",
    "-\t",
    "- [ ] ",
    "- [x] ",
    "* [X] ",
    "1. [ ] ",
    "+ [x] ",
    "[ ] ",
    "[x] ",
    "[ ]",
    "[\t] ",
    "a",
    "b c",
    "text\n",
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\n\n",
    "\r\n",
    " ",
    "  ",
    "  ",
    "    ",
    "\t",
    "> ",
    "> ",
    ">",
    "# ",
    "## P\n",
    "```\n",
    "~~~\n",
    "`",
    "<!-- id: a -->",
    "<!--",
    "-->",
    "<details>\n",
    "</details>\n",
    "<b>",
    "**t:** ",
    "*",
    "| a |\n|---|\n",
    "| b |\n",
    "---\n",
    "===\n",
    "[a]: /u\n",
    "[a]",
    "[^1]: ",
    "[^1]",
    "\\",
    "é 🎉",
];

/// Random documents of up to 18 pieces, the same for the same seed.
pub fn random(seed: u64) -> impl Iterator<Item = String> {
    let mut state = seed;
    // SplitMix64, by Sebastiano Vigna.
    let mut next = move |below: usize| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bits = bits ^ (bits >> 31);
        usize::try_from(bits % below as u64).unwrap_or_default()
    };
    std::iter::repeat_with(move || {
        let length = 2 + next(17);
        (0..length).map(|_| PIECES[next(PIECES.len())]).collect()
    })
}
