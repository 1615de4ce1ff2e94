//! Actions in few words.

use super::issue_4;
use rollcall::{
    domain::{
        effect::{Action, CloseReason, Label, Reaction},
        ids::{CommentId, Place},
    },
    github::{GithubApp, GithubError},
};
use std::collections::BTreeMap;

pub fn label(name: &str) -> Label {
    Label {
        name: name.to_owned(),
        color: "0e8a16".to_owned(),
        description: "Where the rollout stands".to_owned(),
    }
}

/// Opens the issue of `ro-1`, with one item and the labels of its beginning.
pub fn open(place: &Place) -> Action {
    Action::CreateIssue {
        place: place.clone(),
        title: "Update".to_owned(),
        body: "- [ ] **Backup** <!-- id: backup -->\r\n<!-- rollcall:rollout ro-1 -->".to_owned(),
        labels: vec![label("rollout"), label("rollout:planning")],
    }
}

pub fn put_box(place: &Place, id: &str, checked: bool) -> Action {
    Action::PutBoxes {
        place: place.clone(),
        boxes: BTreeMap::from([(id.to_owned(), checked)]),
        titles: BTreeMap::new(),
    }
}

pub fn put_body(place: &Place, expect: &str, body: &str) -> Action {
    Action::PutBody {
        place: place.clone(),
        expect: expect.to_owned(),
        body: body.to_owned(),
    }
}

pub fn comment(place: &Place, body: &str) -> Action {
    Action::PutComment {
        place: place.clone(),
        body: body.to_owned(),
    }
}

pub fn status(place: &Place, body: &str) -> Action {
    Action::PutStatus {
        place: place.clone(),
        body: body.to_owned(),
    }
}

pub fn thumbs_up(place: &Place, comment: CommentId) -> Action {
    Action::React {
        place: place.clone(),
        comment,
        reaction: Reaction::ThumbsUp,
    }
}

pub fn put_labels(place: &Place, names: &[&str]) -> Action {
    Action::PutLabels {
        place: place.clone(),
        labels: names.iter().map(|name| label(name)).collect(),
    }
}

pub fn close(place: &Place, reason: CloseReason) -> Action {
    Action::CloseIssue {
        place: place.clone(),
        reason,
    }
}

/// The call by which issue 4 is closed.
pub const CLOSE: &str = "PATCH /repos/acme/shop/issues/4";

/// Closes issue 4: what the stories about calls and tokens are told with.
pub async fn close_issue_4(app: &GithubApp) -> Result<(), GithubError> {
    let close = close(&issue_4(), CloseReason::Completed);
    let closed = app.perform("close:ro-1", &close, 1, None).await;
    closed.map(drop)
}

/// The same, and it is done.
pub async fn closes(app: &GithubApp) {
    close_issue_4(app).await.expect("closed");
}
