//! What a new sandbox holds: an organization, a repository, five people, and one rollout asked for.

use super::{
    Sandbox,
    github::{IssueAt, Refused, Role},
};
use serde::Serialize;

/// The repository of the sandbox.
pub const REPOSITORY: &str = "acme/shop";

/// The Telegram chat that hears of its rollouts.
pub const CHAT: i64 = -1_001_000_000_001;

/// The address that hears of its rollouts.
pub const ADDRESS: &str = "stakeholders@acme.example";

/// Somebody to act as.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Persona {
    /// Login.
    pub login: &'static str,
    /// What they are in the rollout.
    pub part: &'static str,
    /// Their role in the repository, in words.
    pub rights: &'static str,
}

/// The people of the sandbox.
pub const PERSONAS: [Persona; 5] = [
    Persona {
        login: "ada",
        part: "author",
        rights: "write",
    },
    Persona {
        login: "grace",
        part: "reviewer",
        rights: "write",
    },
    Persona {
        login: "linus",
        part: "second reviewer",
        rights: "maintain",
    },
    Persona {
        login: "sam",
        part: "stakeholder",
        rights: "read",
    },
    Persona {
        login: "olga",
        part: "outsider",
        rights: "public",
    },
];

/// What the small form of the page asks for.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Wanted {
    /// The component's name.
    pub component: String,
    /// The version that runs.
    pub from: String,
    /// The version to come.
    pub to: String,
    /// Why.
    pub purpose: String,
    /// What gets better.
    pub benefits: String,
}

impl Sandbox {
    /// Fills the world and asks for the first rollout.
    pub(super) fn seed(&self) -> Result<(), Refused> {
        let world = &self.world;
        world.add_repository(REPOSITORY, false);
        world.grant(REPOSITORY, "ada", Role::Write)?;
        world.grant(REPOSITORY, "grace", Role::Write)?;
        world.grant(REPOSITORY, "linus", Role::Maintain)?;
        world.grant(REPOSITORY, "sam", Role::Read)?;
        world.add_person("olga");
        world.set_team("acme/release", &["grace", "linus"]);
        self.telegram.add_chat(CHAT, "Acme releases");
        let first = Wanted {
            component: "checkout-api".to_owned(),
            from: "1.4.2".to_owned(),
            to: "1.5.0".to_owned(),
            purpose: "Payments by instalments need the new checkout.".to_owned(),
            benefits: "Customers can pay in three parts; the checkout answers twice as fast."
                .to_owned(),
        };
        self.ask_for_rollout("ada", &first).map(|_| ())
    }

    /// Opens an issue from the rollout form, as `login` would.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn ask_for_rollout(&self, login: &str, wanted: &Wanted) -> Result<IssueAt, Refused> {
        let Wanted {
            component,
            from,
            to,
            purpose,
            benefits,
        } = wanted;
        let body = format!(
            "### Purpose\n\n{purpose}\n\n### Components\n\n| Component | From | To | Reason |\n|---|---|---|---|\n\
             | {component} | {from} | {to} | feature |\n\n### Benefits\n\n{benefits}\n\n### Impact\n\n_No response_\n\n\
             ### Contact\n\n{login}\n\n### Rollback plan\n\nDeploy {component} {from} again; no data has to move.\n"
        );
        let title = format!("Rollout: {component} {from} → {to}");
        self.world
            .submit_form(login, REPOSITORY, &title, &body, &["rollout"])
    }
}
