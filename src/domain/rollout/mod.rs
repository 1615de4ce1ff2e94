//! A rollout: everything that is true of it. The database holds this; the issue only shows it.

mod changer;
mod comments;
mod gates;
mod item;
mod parked;
mod stage;

pub use changer::{Changer, Former};
pub use comments::SeenComments;
pub use gates::{Confirmed, Expedite, Gates, GlassEnd, Voided, Wait, WindowSet};
pub use item::{Evidence, Item, ItemState, Subtasks};
pub use parked::Parked;
pub use stage::{End, Finish, Hold, HoldCause, Stage};

use super::{
    approval::Vote,
    calendar::Calendar,
    event::Receipt,
    fields::Fields,
    ids::{CommentId, Person, Place, RolloutId, UserId},
    person::Standing,
    phase::Phase,
    template::Template,
    window::Window,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One rollout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rollout {
    /// Its own name, made from the request.
    pub id: RolloutId,
    /// The request that created it; the same request finds it again.
    pub request: String,
    /// Where it lives. The issue's number is missing until the issue has been opened.
    pub place: Place,
    /// How it came to be.
    pub origin: Origin,
    /// Who opened it; none when an operator's token did.
    pub opener: Option<Person>,
    /// Who asked for it through the API, as the order says: an account when that is a login, known by nothing else.
    #[serde(default)]
    pub requester: Option<Person>,
    /// Who wrote the change, as far as it is known: who opened the pull request on which the rollout was asked for.
    #[serde(default)]
    pub authors: Vec<Person>,
    /// Who last changed which part of what would be deployed, after the rollout had been asked for: `component api`, `rollback plan`.
    #[serde(default)]
    pub changers: BTreeMap<String, Changer>,
    /// Where the update goes, in lower case: `production`. Said when the rollout is asked for, else by the template; it stays.
    #[serde(default)]
    pub environment: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Title of the issue.
    pub title: String,
    /// What the update is about, as the body says now.
    pub fields: Fields,
    /// The template as it was at the start; later changes of the file do not move a running rollout.
    pub template: Template,
    /// Text of the last policy file that could be used; none while the built-in default holds.
    pub policy: Option<String>,
    /// The calendars that policy names, as they were read with it, by path.
    #[serde(default)]
    pub calendars: BTreeMap<String, Calendar>,
    /// The broken policy file that people were last told of, so that they are told once.
    pub policy_problem: Option<String>,
    /// The items, in the order of the body.
    pub items: Vec<Item>,
    /// How far it is.
    pub stage: Stage,
    /// Steps of the deployment that were promoted.
    pub steps: u32,
    /// Whether the quorum was there when last looked at.
    pub quorum: bool,
    /// Why nothing advances at present; several reasons may hold at once.
    pub holds: BTreeMap<HoldCause, Hold>,
    /// The window, once scheduled.
    pub window: Option<Window>,
    /// Approvals and rejections, oldest first.
    pub votes: Vec<Vote>,
    /// What voters may do, as last read: for showing the approvals when an event did not ask for it. Never for deciding.
    pub rights: BTreeMap<UserId, Standing>,
    /// Who may stop it, with their rights as last read: `/hold` and `/abort` go by them while GitHub tells none. Nothing else does.
    #[serde(default)]
    pub may_stop: BTreeMap<UserId, Standing>,
    /// Comments with commands that were heard: each is obeyed once, and never when its edit or deletion was heard first.
    #[serde(default)]
    pub heard: BTreeSet<CommentId>,
    /// What was seen of the comments on its issue, whether or not webhooks told of them.
    #[serde(default)]
    pub comments: SeenComments,
    /// When what approvals sign last changed, by GitHub's clock: a word from before does not sign it.
    #[serde(default)]
    pub signed_since: Option<Timestamp>,
    /// When the newest word on something that is set as a whole, or counts once, was said (`window`, `title`, `owner:ITEM`, `promote`,
    /// `log:WORDS`), by GitHub's clock: an older one that arrives later changes nothing.
    #[serde(default)]
    pub set_at: BTreeMap<String, Timestamp>,
    /// Announcements decided on, by key, with what became of each copy.
    pub announced: BTreeMap<String, Announced>,
    /// The issue log.
    pub log: Vec<LogEntry>,
    /// What users and stakeholders said.
    pub feedback: Vec<Feedback>,
    /// What somebody has to look at.
    pub attention: BTreeSet<String>,
    /// What was heard and could not be handled, oldest first, until it is.
    #[serde(default)]
    pub parked: Vec<Parked>,
    /// What is on record of its gates.
    #[serde(default)]
    pub gates: Gates,
    /// Boxes that Rollcall has to set on GitHub because body and truth differ.
    pub unsettled: BTreeMap<String, bool>,
    /// Content that went out last, by effect key, as a hash: the same content does not go out twice.
    pub sent: BTreeMap<String, String>,
    /// Entries in the ledger so far.
    pub ledger_length: u64,
    /// Hash of the last ledger entry; empty before the first.
    pub ledger_head: String,
}

/// How a rollout came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Origin {
    /// `/rollout` in a comment.
    Comment {
        /// The issue or pull request it was written on.
        issue: u64,
        /// The comment.
        comment: CommentId,
    },
    /// An issue opened from the issue form, which became the rollout's issue.
    Form,
    /// The API or the command line.
    Api {
        /// The operator's name for the caller.
        name: String,
    },
}

/// An announcement that was decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// What kind of news.
    pub kind: super::announcement_kind::AnnouncementKind,
    /// When it was decided.
    pub at: Timestamp,
    /// Each copy and what became of it.
    pub copies: Vec<Copy>,
    /// Whether something was told since, of another window or other versions: a schedule that comes back is news again.
    #[serde(default)]
    pub overtaken: bool,
}

impl Announced {
    /// Whether this audience is among those told.
    #[must_use]
    pub fn is_to(&self, audience: &str) -> bool {
        let mut copies = self.copies.iter();
        copies.any(|copy| copy.receipt.audience == audience)
    }

    /// Whether a channel took a copy for this audience.
    #[must_use]
    pub fn has_reached(&self, audience: &str) -> bool {
        let taken = |copy: &Copy| matches!(copy.outcome, Outcome::Delivered { .. });
        let mut copies = self.copies.iter();
        copies.any(|copy| copy.receipt.audience == audience && taken(copy))
    }
}

/// One copy of an announcement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// Which copy.
    pub receipt: Receipt,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// On its way.
    Pending,
    /// On its way for longer than it should be; tried again.
    Delayed {
        /// Why, in a sentence.
        reason: String,
    },
    /// Taken by the channel.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// Given up.
    Failed {
        /// Why, in a sentence.
        reason: String,
    },
}

/// Something that went wrong during the rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// 1, 2, 3, …
    pub number: u32,
    /// What happened.
    pub text: String,
    /// Login of who wrote it down.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How it was solved, and by whom.
    pub resolved: Option<(String, String)>,
}

/// One answer of the feedback loop; the newest of a person counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Who.
    pub by: Person,
    /// 1 to 5.
    pub score: u8,
    /// In words.
    pub text: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Rollout {
    /// The item that people mean by this id, number (`3.2`) or title. What they call an item of the template is never one that was added.
    #[must_use]
    pub fn item(&self, name: &str) -> Option<&Item> {
        let name = name.trim().trim_start_matches('#');
        let title = super::checklist::normalise_title(name);
        let is_id = |item: &Item| item.id.eq_ignore_ascii_case(name);
        let is_title = |item: &Item| super::checklist::normalise_title(&item.title) == title;
        let find = |extra: bool, is_it: &dyn Fn(&Item) -> bool| {
            let mut items = self.items.iter();
            items.find(|item| item.extra == extra && is_it(item))
        };
        find(false, &is_id)
            .or_else(|| self.items.iter().find(|item| item.number == name))
            .or_else(|| find(false, &is_title))
            .or_else(|| find(true, &is_id))
            .or_else(|| find(true, &is_title))
    }

    /// The item with exactly this id.
    #[must_use]
    pub fn item_by_id(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The item with this id, to change it.
    pub fn item_mut(&mut self, id: &str) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.id == id)
    }

    /// The first phase with a required item that is neither done nor waived; none when all are complete. Between Pre-Deployment and
    /// Deployment lies the start: before it no phase is later, after it none is earlier, whatever is unticked. What is over is in none.
    #[must_use]
    pub fn phase(&self) -> Option<Phase> {
        let open = |phase: &Phase| !self.is_complete(*phase);
        let mut phases = Phase::ALL.into_iter();
        if self.stage == Stage::Preparing {
            let mut before = phases.filter(|phase| *phase < Phase::PreDeployment);
            return Some(before.find(open).unwrap_or(Phase::PreDeployment));
        }
        if self.is_finished() {
            return None;
        }
        phases.find(|phase| *phase >= Phase::Deployment && open(phase))
    }

    /// Whether all that comes before the start is done.
    #[must_use]
    pub fn is_prepared(&self) -> bool {
        let mut before = Phase::ALL.into_iter();
        self.stage == Stage::Preparing
            && before.all(|phase| phase > Phase::PreDeployment || self.is_complete(phase))
    }

    /// Whether each required item of every phase is done or waived.
    #[must_use]
    pub fn is_all_done(&self) -> bool {
        Phase::ALL.into_iter().all(|phase| self.is_complete(phase))
    }

    /// Whether each required item of the phase is done or waived.
    #[must_use]
    pub fn is_complete(&self, phase: Phase) -> bool {
        self.items
            .iter()
            .filter(|item| item.phase == phase && item.required)
            .all(Item::is_settled)
    }

    /// Whether its issue is in the repository where somebody commented `/rollout`.
    #[must_use]
    pub fn is_where_it_was_asked_for(&self) -> bool {
        let there = format!("comment:{}:", self.place.repository.id.0);
        self.request.starts_with(&there)
    }

    /// Whether the people may still change anything.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        matches!(self.stage, Stage::Finished(_))
    }

    /// Whether GitHub lets Rollcall in where the rollout lives.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        let shut = [HoldCause::Suspended, HoldCause::RepositoryLost];
        !shut.iter().any(|cause| self.holds.contains_key(cause))
    }

    /// Whether the deployment has been started and is not over.
    #[must_use]
    pub fn is_deploying(&self) -> bool {
        matches!(self.stage, Stage::Deploying { .. })
    }

    /// What it deploys to, as a name that is unique among all repositories and survives renaming.
    #[must_use]
    pub fn target(&self) -> String {
        let repository = self.place.repository.id.0;
        match &self.environment {
            Some(environment) => format!("repository:{repository}:{environment}"),
            None => format!("repository:{repository}"),
        }
    }

    /// The target that is taken while the deployment runs.
    #[must_use]
    pub fn occupies(&self) -> Option<&str> {
        match &self.stage {
            Stage::Deploying { target, .. } => Some(target),
            Stage::Preparing | Stage::Finished(_) => None,
        }
    }

    /// Address of the issue for people.
    #[must_use]
    pub fn link(&self, web_url: &str) -> String {
        let Place {
            repository, issue, ..
        } = &self.place;
        match issue {
            Some(issue) => format!("{web_url}/{repository}/issues/{issue}"),
            None => format!("{web_url}/{repository}"),
        }
    }
}
