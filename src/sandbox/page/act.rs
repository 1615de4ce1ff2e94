//! What the visitor does, as one of the people.

use super::super::{
    Sandbox,
    github::{IssueAt, Refused},
    seed::{REPOSITORY, Wanted},
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// One thing done by one person.
#[derive(Debug, Deserialize)]
pub(super) struct Deed {
    /// Login of who does it.
    login: String,
    #[serde(flatten)]
    act: Act,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
enum Act {
    /// Clicks the box at this byte of the body.
    Tick {
        issue: u64,
        offset: usize,
        on: bool,
    },
    /// Clicks the boxes of these items.
    TickItems {
        issue: u64,
        items: Vec<String>,
    },
    Comment {
        issue: u64,
        body: String,
    },
    /// Saves the editor that was opened on the body `was`.
    Edit {
        issue: u64,
        was: String,
        title: String,
        body: String,
    },
    Close {
        issue: u64,
    },
    Reopen {
        issue: u64,
    },
    Rollout(Wanted),
}

impl Sandbox {
    fn at(&self, number: u64) -> Result<IssueAt, Refused> {
        let issues = self.world.issues(REPOSITORY)?;
        issues
            .iter()
            .map(|i| i.at)
            .find(|at| at.number == number)
            .ok_or_else(|| Refused::new(404, "Not Found"))
    }

    fn carry_out(&self, Deed { login, act }: Deed) -> Result<Value, Refused> {
        let world = &self.world;
        match act {
            Act::Tick { issue, offset, on } => {
                world.tick_at(&login, self.at(issue)?, offset, on)?;
            }
            Act::TickItems { issue, items } => {
                let at = self.at(issue)?;
                items
                    .iter()
                    .try_for_each(|item| world.tick(&login, at, item, true))?;
            }
            Act::Comment { issue, body } => {
                world.comment(&login, self.at(issue)?, &body)?;
            }
            Act::Edit {
                issue,
                was,
                title,
                body,
            } => world.save(&login, self.at(issue)?, &was, &title, &body)?,
            Act::Close { issue } => world.close(&login, self.at(issue)?, "completed")?,
            Act::Reopen { issue } => world.reopen(&login, self.at(issue)?)?,
            Act::Rollout(wanted) => {
                return Ok(json!({"issue": self.ask_for_rollout(&login, &wanted)?.number}));
            }
        }
        Ok(json!({}))
    }
}

pub(super) async fn act(
    State(sandbox): State<Sandbox>,
    Json(deed): Json<Deed>,
) -> Result<Json<Value>, Response> {
    let outcome = sandbox.carry_out(deed);
    sandbox.pulse.beat();
    outcome
        .map(Json)
        .map_err(axum::response::IntoResponse::into_response)
}

/// Hours to skip.
#[derive(Debug, Deserialize)]
pub(super) struct Skip {
    hours: u32,
}

pub(super) async fn clock(State(sandbox): State<Sandbox>, Json(skip): Json<Skip>) -> Json<Value> {
    sandbox.clock.skip(skip.hours.saturating_mul(3_600));
    Json(json!({"skipped": sandbox.clock.skipped()}))
}
