//! What people say in comments: slash commands at the start of a line.

mod foreign;
pub mod name;
pub mod parse;
mod rollout;
mod words;

pub use name::CommandName;
pub use parse::parse_comment;

use super::fields::Fields;

/// A command with everything it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `/rollout [TEMPLATE] COMPONENT FROM..TO …`: asks for a rollout.
    Rollout {
        /// Template asked for; the policy's default when none.
        template: Option<String>,
        /// What was said of the update.
        fields: Fields,
    },
    /// `/status`: where it stands.
    Status,
    /// `/why [ITEM]`: the evaluated rules.
    Why {
        /// The item, by id or number; the whole rollout when none.
        item: Option<String>,
    },
    /// `/help`: the commands one may use.
    Help,
    /// `/simulate COMMAND [@user]`: what would happen.
    Simulate {
        /// The command with its words, beginning with `/`.
        command: String,
        /// For whom; the writer when none. Without `@`.
        user: Option<String>,
    },
    /// `/done ITEM [note]`: ticks.
    Done {
        /// The item.
        item: String,
        /// A note for the record.
        note: Option<String>,
    },
    /// `/undo ITEM`: unticks.
    Undo {
        /// The item.
        item: String,
    },
    /// `/evidence ITEM URL-or-text`: attaches proof.
    Evidence {
        /// The item.
        item: String,
        /// An address, or words.
        text: String,
    },
    /// `/skip ITEM REASON`: waives.
    Skip {
        /// The item.
        item: String,
        /// Why.
        reason: String,
    },
    /// `/owner ITEM @user`: who is to do it.
    Owner {
        /// The item.
        item: String,
        /// Login without `@`.
        login: String,
    },
    /// `/schedule WHEN [for 1h] [downtime 10m]`: sets the window.
    Schedule {
        /// Everything after the command; read by [`super::schedule::parse_window`].
        text: String,
    },
    /// `/preview`: shows the messages.
    Preview,
    /// `/announce [TEXT]`: a stakeholder update now.
    Announce {
        /// Words to go with it.
        text: Option<String>,
    },
    /// `/approve-deploy [note]`: signs.
    Approve {
        /// A note for the record.
        note: Option<String>,
    },
    /// `/reject REASON`: blocks.
    Reject {
        /// Why.
        reason: String,
    },
    /// `/withdraw`: takes one's word back.
    Withdraw,
    /// `/start-deploy`: opens the gate.
    StartDeploy,
    /// `/promote`: the next step.
    Promote,
    /// `/abort`: stops where it stands.
    Abort,
    /// `/rollback REASON`: the fastest way back.
    Rollback {
        /// Why.
        reason: String,
    },
    /// `/hold REASON`: stops everything.
    Hold {
        /// Why.
        reason: String,
    },
    /// `/resume`: continues.
    Resume,
    /// `/log TEXT`: an entry of the issue log.
    Log {
        /// What happened.
        text: String,
    },
    /// `/resolve N HOW`: how an entry was solved.
    Resolve {
        /// Number of the entry.
        number: u32,
        /// How it was solved.
        how: String,
    },
    /// `/feedback 1..5 [text]`: the feedback loop.
    Feedback {
        /// 1 (bad) to 5 (good).
        score: u8,
        /// In words.
        text: Option<String>,
    },
    /// `/expedite REASON`: break-glass.
    Expedite {
        /// Why.
        reason: String,
    },
    /// `/confirm-expedite [note]`: the second person's word for a break-glass.
    ConfirmExpedite {
        /// A note for the record.
        note: Option<String>,
    },
    /// `/cancel REASON`: ends the rollout.
    Cancel {
        /// Why.
        reason: String,
    },
    /// `/refresh`: reconciles with GitHub now.
    Refresh,
}

impl Command {
    /// The word it was called by.
    #[must_use]
    pub fn name(&self) -> CommandName {
        match self {
            Self::Rollout { .. } => CommandName::Rollout,
            Self::Status => CommandName::Status,
            Self::Why { .. } => CommandName::Why,
            Self::Help => CommandName::Help,
            Self::Simulate { .. } => CommandName::Simulate,
            Self::Done { .. } => CommandName::Done,
            Self::Undo { .. } => CommandName::Undo,
            Self::Evidence { .. } => CommandName::Evidence,
            Self::Skip { .. } => CommandName::Skip,
            Self::Owner { .. } => CommandName::Owner,
            Self::Schedule { .. } => CommandName::Schedule,
            Self::Preview => CommandName::Preview,
            Self::Announce { .. } => CommandName::Announce,
            Self::Approve { .. } => CommandName::ApproveDeploy,
            Self::Reject { .. } => CommandName::Reject,
            Self::Withdraw => CommandName::Withdraw,
            Self::StartDeploy => CommandName::StartDeploy,
            Self::Promote => CommandName::Promote,
            Self::Abort => CommandName::Abort,
            Self::Rollback { .. } => CommandName::Rollback,
            Self::Hold { .. } => CommandName::Hold,
            Self::Resume => CommandName::Resume,
            Self::Log { .. } => CommandName::Log,
            Self::Resolve { .. } => CommandName::Resolve,
            Self::Feedback { .. } => CommandName::Feedback,
            Self::Expedite { .. } => CommandName::Expedite,
            Self::ConfirmExpedite { .. } => CommandName::ConfirmExpedite,
            Self::Cancel { .. } => CommandName::Cancel,
            Self::Refresh => CommandName::Refresh,
        }
    }

    /// The item it is about, as written (id or number).
    #[must_use]
    pub fn item(&self) -> Option<&str> {
        match self {
            Self::Done { item, .. }
            | Self::Undo { item }
            | Self::Evidence { item, .. }
            | Self::Skip { item, .. }
            | Self::Owner { item, .. } => Some(item),
            Self::Why { item } => item.as_deref(),
            _ => None,
        }
    }
}

/// What one line that looks like a command amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A command, complete.
    Command(Command),
    /// A command of ours with something missing or wrong.
    Malformed {
        /// Which.
        name: CommandName,
        /// What is missing or wrong, in one sentence.
        problem: String,
        /// How it is written.
        usage: &'static str,
    },
    /// No command, but one or two letters away from one.
    DidYouMean {
        /// The word written, without its slash.
        word: String,
        /// The command probably meant.
        meant: CommandName,
    },
    /// So many commands stand in the comment beyond the first twenty; they do not count.
    TooMany(usize),
}

/// How a command is written.
#[must_use]
pub fn usage(name: CommandName) -> &'static str {
    name.usage()
}

#[cfg(test)]
mod tests;
