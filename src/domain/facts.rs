//! Everything a decision may need to know of the world, read once before it.

use super::{
    announcement::Audience,
    calendar::Calendar,
    ids::{CommentId, Person, Repository, UserId},
    person::Standing,
    policy::Policy,
    problem::Problem,
    template::Template,
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What was read for one decision.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The time of the decision.
    pub now: Timestamp,
    /// Rollcall itself on GitHub.
    pub app: App,
    /// The policy on the default branch.
    pub policy: PolicyFact,
    /// The open rollout that the same person asked for in the same words, on the same issue: somebody clicked twice.
    pub asked_before: Option<AskedBefore>,
    /// The template that a new rollout asks for; none when the event creates nothing.
    pub template: Option<TemplateFact>,
    /// Rights of those named by [`super::needs`].
    pub people: BTreeMap<UserId, Standing>,
    /// The issue as GitHub shows it now; none when it was not needed, gone or could not be read.
    pub newest: Option<Newest>,
    /// Where GitHub says that the issue is now, when that is another place.
    pub moved: Option<(Repository, u64)>,
    /// How the issue's body came to be as it is.
    pub history: History,
    /// The comments on the issue.
    pub comments: Comments,
    /// What GitHub was asked for and did not tell.
    pub untold: Untold,
    /// The audiences that the operator granted to this repository.
    pub audiences: Vec<Audience>,
    /// The other rollout that is deploying to the same target, as a link for people.
    pub taken_by: Option<String>,
    /// Where issues of this GitHub are read by people: `https://github.com`.
    pub web_url: String,
}

/// What GitHub was asked for and did not tell, each with the reason in a sentence. No gate opens on a guess in its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Untold {
    /// The policy: the last good one is in force.
    pub policy: Option<String>,
    /// The issue as it stands: none of what it may say now is known.
    pub newest: Option<String>,
    /// The template of a new rollout.
    pub template: Option<String>,
}

/// A rollout that was asked for once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedBefore {
    /// Its issue, once it is there.
    pub issue: Option<u64>,
}

/// Rollcall's own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The App's slug; its bot user is `SLUG[bot]`.
    pub slug: String,
}

impl App {
    /// Whether this account is Rollcall's own.
    #[must_use]
    pub fn is(&self, person: &Person) -> bool {
        person.bot
            && person
                .login
                .strip_suffix("[bot]")
                .is_some_and(|slug| slug.eq_ignore_ascii_case(&self.slug))
    }
}

/// The policy as found.
#[derive(Debug, Clone)]
pub enum PolicyFact {
    /// Read and understood.
    Found {
        /// The policy.
        policy: Box<Policy>,
        /// Its text, kept as the last good one.
        text: String,
        /// The calendars it names, by path; they are in the policy already, and are kept with its text.
        calendars: BTreeMap<String, Calendar>,
        /// `owner/name:.github/rollcall.yml@SHA`, for sentences.
        source: String,
    },
    /// No file anywhere: the built-in default holds.
    Absent,
    /// It was not read, because the event does not need it or because GitHub refuses: the last good one stays in force.
    Unread {
        /// Whether it was needed: then nothing is deployed on it.
        needed: bool,
    },
    /// There is a file, but it cannot be used: the last good one stays in force.
    Broken {
        /// Where it was found.
        source: String,
        /// What is wrong with it.
        problems: Vec<Problem>,
        /// The last good one of the repository's newest rollout: a new rollout has none of its own yet.
        last_good: Option<LastGood>,
    },
}

/// A policy that could be used once; the built-in one when its text is empty.
#[derive(Debug, Clone, Default)]
pub struct LastGood {
    /// Its text.
    pub text: String,
    /// The calendars it names, by path.
    pub calendars: BTreeMap<String, Calendar>,
}

impl LastGood {
    /// The policy; none when this program no longer reads it.
    #[must_use]
    pub fn policy(&self) -> Option<Policy> {
        let policy = super::policy::parse_stored(&self.text).ok()?;
        Some(policy.with_calendars(&self.calendars))
    }
}

/// The template as found.
#[derive(Debug, Clone)]
pub enum TemplateFact {
    /// Read and understood.
    Found(Box<Template>),
    /// No such template.
    Unknown {
        /// The name asked for.
        name: String,
        /// Names that exist.
        known: Vec<String>,
    },
    /// There is a file, but it cannot be used.
    Broken {
        /// What is wrong with it.
        problems: Vec<Problem>,
    },
}

/// The issue as it stands on GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// Title.
    pub title: String,
    /// Body; empty when it has none.
    pub body: String,
    /// Open or closed.
    pub open: bool,
    /// Names of its labels.
    pub labels: Vec<String>,
    /// Last change, by GitHub's clock.
    pub updated_at: Timestamp,
}

/// The edit history of the issue's body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum History {
    /// Nothing depends on it.
    #[default]
    NotNeeded,
    /// GitHub could not be asked at present.
    Unread,
    /// Oldest first; empty when the body was never edited, or GitHub will not tell.
    Read(Vec<Revision>),
}

/// One revision of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Who saved it; none when the account is gone.
    pub editor: Option<Person>,
    /// When, by GitHub's clock.
    pub at: Timestamp,
    /// The whole body; none when somebody removed this revision from the history.
    pub body: Option<String>,
}

/// The comments on the issue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Comments {
    /// Nothing depends on them.
    #[default]
    NotNeeded,
    /// GitHub did not show them, or not all, with the reason in a sentence.
    Unread(String),
    /// Those of the look that was asked for. A comment on which a word rests and which is not among them is gone.
    Read(Vec<Comment>),
}

/// A comment as it stands on GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its number.
    pub id: CommentId,
    /// Who wrote it; none when the account is gone.
    pub author: Option<Person>,
    /// Its text.
    pub body: String,
    /// When it was written, by GitHub's clock.
    pub created_at: Timestamp,
    /// When it was changed last; as when it was written, if it was not.
    pub updated_at: Timestamp,
}
