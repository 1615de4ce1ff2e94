//! What asks for a rollout: a comment, an issue form, the API. All lead to the same request.

use super::needs::person_by_login;
use crate::domain::{
    command::{Command, Said, parse_comment},
    event::{Event, Request, What},
    fields::{self, Fields},
    ids::Person,
    render::labels::FORM_LABEL,
    rollout::{Origin, Rollout},
    template::{Template, render_title},
};

/// The request that an event makes, if it makes one.
#[must_use]
pub fn request_of(event: &Event, app_wrote_it: bool) -> Option<(Request, Origin)> {
    let repository = event.place.repository.id.0;
    match &event.what {
        What::RolloutRequested(request) => {
            let name = request
                .requested_by
                .clone()
                .unwrap_or_else(|| "api".to_owned());
            Some((request.clone(), Origin::Api { name }))
        }
        What::CommentCreated { comment, body, .. } if !app_wrote_it => {
            let (template, fields) =
                parse_comment(body)
                    .into_iter()
                    .find_map(|said| match said {
                        Said::Command(Command::Rollout { template, fields }) => {
                            Some((template, fields))
                        }
                        _ => None,
                    })?;
            let key = format!("comment:{repository}:{}", comment.0);
            let issue = event.place.issue?;
            let request = Request {
                key,
                template,
                fields,
                title: None,
                requested_by: None,
            };
            Some((
                request,
                Origin::Comment {
                    issue,
                    comment: *comment,
                },
            ))
        }
        What::IssueOpened {
            title,
            body,
            labels,
        } if !app_wrote_it => {
            labels
                .iter()
                .find(|label| label.eq_ignore_ascii_case(FORM_LABEL))?;
            let key = format!("issue:{repository}:{}", event.place.issue?);
            let title = Some(title.trim().to_owned()).filter(|title| !title.is_empty());
            let template = template_of(body);
            Some((
                Request {
                    key,
                    template,
                    fields: Fields::default(),
                    title,
                    requested_by: None,
                },
                Origin::Form,
            ))
        }
        _ => None,
    }
}

/// Whether a rollout was asked for by the same person, in the same words and on the same issue.
#[must_use]
pub fn asked_for(rollout: &Rollout, event: &Event) -> bool {
    let Some((request, Origin::Comment { issue, .. })) = request_of(event, false) else {
        return false;
    };
    let there =
        matches!(rollout.origin, Origin::Comment { issue: asked_on, .. } if asked_on == issue);
    let person = |person: &Option<Person>| person.as_ref().map(|person| person.id);
    let said = |fields: &Fields| (fields.components.clone(), fields.purpose.clone());
    there
        && !rollout.is_finished()
        && person(&rollout.opener) == person(&event.actor)
        && said(&rollout.fields) == said(&request.fields)
        && request
            .template
            .is_none_or(|name| name == rollout.template.name)
}

/// The template that an issue form names under `### Template`.
pub(super) fn template_of(body: &str) -> Option<String> {
    answer_of(body, "### template")
}

/// The first word below a heading of an issue form.
fn answer_of(body: &str, heading: &str) -> Option<String> {
    let mut lines = body
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.eq_ignore_ascii_case(heading))
        .skip(1);
    let answer = lines.find(|line| !line.is_empty())?;
    let word = answer.split_whitespace().next()?;
    (!word.starts_with('#') && !word.starts_with('_')).then(|| word.to_lowercase())
}

/// Where the update goes: as the request says, or an issue form under `### Environment`.
pub(super) fn environment_of(event: &Event, fields: &Fields) -> Option<String> {
    let said = match &event.what {
        What::IssueOpened { body, .. } => answer_of(body, "### environment").unwrap_or_default(),
        _ => fields.environment.clone(),
    };
    fields::environment(&said).unwrap_or_default()
}

/// The title wished for, else the template's pattern filled in.
pub(super) fn title_of(request: &Request, template: &Template, fields: &Fields) -> String {
    let wished = request.title.clone();
    wished.unwrap_or_else(|| render_title(template, fields))
}

/// Whom an order names as the one who asked. It may be no account at all; then nobody is that person.
pub(super) fn requester_of(request: &Request) -> Option<Person> {
    let login = request.requested_by.as_deref()?.trim();
    Some(person_by_login(login.trim_start_matches('@')))
}

/// Who wrote the change that is to be rolled out, when the request was made on it.
pub(super) fn authors_of(event: &Event) -> Vec<Person> {
    match &event.what {
        What::CommentCreated { change_author, .. } => change_author.iter().cloned().collect(),
        _ => Vec::new(),
    }
}
