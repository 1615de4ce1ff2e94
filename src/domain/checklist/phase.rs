//! Which heading an item stands under.

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use crate::domain::phase::Phase;

/// The heading that is in force, while walking over the blocks of a body.
#[derive(Default)]
pub(super) struct Headings {
    current: Option<Heading>,
    /// The heading being read.
    open: Option<(HeadingLevel, String)>,
}

struct Heading {
    level: HeadingLevel,
    name: String,
    /// Written `Phase N: …`, or the name of one of the five phases: deeper headings are parts of it.
    starts_phase: bool,
}

impl Headings {
    /// The words of the heading in force.
    pub(super) fn phase(&self) -> Option<String> {
        self.current.as_ref().map(|heading| heading.name.clone())
    }

    pub(super) fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => self.open = Some((*level, String::new())),
            Event::End(TagEnd::Heading(_)) => self.close(),
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, words)) = &mut self.open {
                    words.push_str(text);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        let Some((level, words)) = self.open.take() else {
            return;
        };
        let (name, numbered) = name(&words);
        let starts_phase = numbered || Phase::from_name(name).is_some();
        let part_of_phase = self
            .current
            .as_ref()
            .is_some_and(|now| now.starts_phase && level > now.level);
        if starts_phase || !part_of_phase {
            self.current = Some(Heading {
                level,
                name: name.to_owned(),
                starts_phase,
            });
        }
    }
}

/// The heading without `Phase N:`, and whether it had that.
pub(in crate::domain) fn name(words: &str) -> (&str, bool) {
    let words = words.trim().trim_end_matches(':').trim_end();
    let stripped = || {
        let rest = words
            .get(..5)
            .filter(|start| start.eq_ignore_ascii_case("phase"))
            .map(|_| &words[5..])?;
        let number = rest.trim_start();
        let after = number.trim_start_matches(|c: char| c.is_ascii_digit());
        let name = after
            .trim_start()
            .trim_start_matches([':', '.', ')', '-', '–', '—'])
            .trim_start();
        let separated = after.len() < number.len() && name.len() < after.len();
        (separated && !name.is_empty()).then_some(name)
    };
    stripped().map_or((words, false), |name| (name, true))
}
