//! How long GitHub lets a title and a text be.

use super::Refused;

/// GitHub's limit for bodies of issues and comments, in characters.
const LONGEST_BODY: usize = 65_536;
/// GitHub's limit for titles of issues, in characters.
const LONGEST_TITLE: usize = 256;

pub(super) fn check_title(title: &str) -> Result<(), Refused> {
    if title.trim().is_empty() {
        return Err(Refused::invalid("Issue", "title", "missing_field", None));
    }
    if title.chars().count() > LONGEST_TITLE {
        let message = format!("title is too long (maximum is {LONGEST_TITLE} characters)");
        return Err(Refused::invalid("Issue", "title", "custom", Some(&message)));
    }
    Ok(())
}

pub(super) fn check_body(resource: &str, body: &str) -> Result<(), Refused> {
    if body.chars().count() > LONGEST_BODY {
        let message = format!("body is too long (maximum is {LONGEST_BODY} characters)");
        return Err(Refused::invalid(resource, "body", "custom", Some(&message)));
    }
    Ok(())
}
