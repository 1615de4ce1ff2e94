//! Whether a rollout's issue would be longer than GitHub takes: refused when it is ordered, instead of lost when it is written.

use crate::domain::{
    event::{Event, Request, What},
    fields::{self, Component, Fields},
    refusal::Refusal,
    template::{Template, render_body},
};
use std::cmp::Reverse;

/// GitHub takes 65,536 characters. The rest is room for what people add to the issue later.
const MOST: usize = 60_000;
/// So many of the longest fields are named.
const NAMED: usize = 3;

/// The template with what the request says of the update (an issue form says it in its body), or which fields are too long.
pub(super) fn fitting(
    event: &Event,
    request: &Request,
    template: Template,
) -> Result<(Template, Fields), Refusal> {
    let fields = match &event.what {
        What::IssueOpened { body, .. } => fields::parse(body, &template),
        _ => request.fields.clone(),
    };
    fits(&template, &fields)?;
    Ok((template, fields))
}

fn fits(template: &Template, fields: &Fields) -> Result<(), Refusal> {
    let length = count(&render_body(template, fields));
    if length <= MOST {
        return Ok(());
    }
    let components = fields.components.iter().map(length_of).sum();
    let mut longest = vec![
        ("purpose", count(&fields.purpose)),
        ("components", components),
        ("benefits", count(&fields.benefits)),
        ("impact", count(&fields.impact)),
        ("contact", count(&fields.contact)),
        ("rollback plan", count(&fields.rollback_plan)),
    ];
    longest.sort_by_key(|(_, length)| Reverse(*length));
    longest.truncate(NAMED);
    Err(Refusal::TooLong {
        length,
        most: MOST,
        longest,
    })
}

fn count(text: &str) -> usize {
    text.chars().count()
}

fn length_of(component: &Component) -> usize {
    let texts = [
        &component.name,
        &component.from,
        &component.to,
        &component.reason,
    ];
    texts.map(|text| count(text)).iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::template::builtin;

    #[test]
    fn the_longest_fields_are_named_with_their_lengths() {
        let template = builtin::standard();
        let mut fields = Fields {
            purpose: "p".repeat(20_000),
            benefits: "b".repeat(30_000),
            ..Fields::default()
        };
        assert_eq!(fits(&template, &fields), Ok(()));
        fields.impact = "ü".repeat(10_000);
        let refused = fits(&template, &fields).expect_err("too long");
        let Refusal::TooLong {
            length,
            most,
            longest,
        } = refused
        else {
            panic!("{refused:?}");
        };
        assert!(length > most, "{length}");
        assert_eq!(
            longest,
            [
                ("benefits", 30_000),
                ("purpose", 20_000),
                ("impact", 10_000)
            ]
        );
    }
}
