//! The words themselves: one name per command, with its usage line.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A command's name, as it stands after the slash.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CommandName {
    /// Asks for a rollout.
    Rollout,
    /// Where it stands.
    Status,
    /// The evaluated rules.
    Why,
    /// The commands one may use.
    Help,
    /// What would happen.
    Simulate,
    /// Ticks an item.
    Done,
    /// Unticks an item.
    Undo,
    /// Attaches proof to an item.
    Evidence,
    /// Waives an item.
    Skip,
    /// Says who is to do an item.
    Owner,
    /// Sets the window.
    Schedule,
    /// Shows the messages.
    Preview,
    /// Sends a stakeholder update.
    Announce,
    /// Signs the digest.
    ApproveDeploy,
    /// Blocks.
    Reject,
    /// Takes one's word back.
    Withdraw,
    /// Opens the gate.
    StartDeploy,
    /// The next step.
    Promote,
    /// Stops the deployment where it stands.
    Abort,
    /// The fastest way back.
    Rollback,
    /// Stops everything.
    Hold,
    /// Continues.
    Resume,
    /// An entry of the issue log.
    Log,
    /// How an entry was solved.
    Resolve,
    /// The feedback loop.
    Feedback,
    /// Break-glass.
    Expedite,
    /// The second person's word for it.
    ConfirmExpedite,
    /// Ends the rollout.
    Cancel,
    /// Reconciles with GitHub now.
    Refresh,
}

impl CommandName {
    /// All commands, in the order of the reference.
    pub const ALL: [Self; 29] = [
        Self::Rollout,
        Self::Status,
        Self::Why,
        Self::Help,
        Self::Simulate,
        Self::Done,
        Self::Undo,
        Self::Evidence,
        Self::Skip,
        Self::Owner,
        Self::Schedule,
        Self::Preview,
        Self::Announce,
        Self::ApproveDeploy,
        Self::Reject,
        Self::Withdraw,
        Self::StartDeploy,
        Self::Promote,
        Self::Abort,
        Self::Rollback,
        Self::Hold,
        Self::Resume,
        Self::Log,
        Self::Resolve,
        Self::Feedback,
        Self::Expedite,
        Self::ConfirmExpedite,
        Self::Cancel,
        Self::Refresh,
    ];

    /// The word without its slash: `approve-deploy`.
    #[must_use]
    pub fn word(self) -> &'static str {
        let usage = self.usage().trim_start_matches('/');
        usage.split(' ').next().unwrap_or(usage)
    }

    /// The command with this word; case does not matter.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|name| name.word().eq_ignore_ascii_case(word))
    }

    /// How it is written: `/skip ITEM REASON`.
    #[must_use]
    pub fn usage(self) -> &'static str {
        match self {
            Self::Rollout => "/rollout [TEMPLATE] COMPONENT FROM..TO [because REASON] …",
            Self::Status => "/status",
            Self::Why => "/why [ITEM]",
            Self::Help => "/help",
            Self::Simulate => "/simulate COMMAND [@user]",
            Self::Done => "/done ITEM [note]",
            Self::Undo => "/undo ITEM",
            Self::Evidence => "/evidence ITEM URL-or-text",
            Self::Skip => "/skip ITEM REASON",
            Self::Owner => "/owner ITEM @user",
            Self::Schedule => "/schedule WHEN [for 1h] [downtime 10m]",
            Self::Preview => "/preview",
            Self::Announce => "/announce [TEXT]",
            Self::ApproveDeploy => "/approve-deploy [note]",
            Self::Reject => "/reject REASON",
            Self::Withdraw => "/withdraw",
            Self::StartDeploy => "/start-deploy",
            Self::Promote => "/promote",
            Self::Abort => "/abort",
            Self::Rollback => "/rollback REASON",
            Self::Hold => "/hold REASON",
            Self::Resume => "/resume",
            Self::Log => "/log TEXT",
            Self::Resolve => "/resolve N HOW",
            Self::Feedback => "/feedback 1..5 [text]",
            Self::Expedite => "/expedite REASON",
            Self::ConfirmExpedite => "/confirm-expedite [note]",
            Self::Cancel => "/cancel REASON",
            Self::Refresh => "/refresh",
        }
    }

    /// What it does, in a few words for `/help`.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Rollout => "opens a rollout issue, linked back to where it was asked for",
            Self::Status => "shows where the rollout stands",
            Self::Why => "shows which rules are met and which are not",
            Self::Help => "lists the commands you may use",
            Self::Simulate => "shows what a command would do, without doing it",
            Self::Done => "ticks an item",
            Self::Undo => "unticks an item",
            Self::Evidence => "attaches proof to an item",
            Self::Skip => "waives an item",
            Self::Owner => "says who is to do an item",
            Self::Schedule => "sets the deployment window",
            Self::Preview => "shows the messages that stakeholders would get",
            Self::Announce => "sends stakeholders an update now",
            Self::ApproveDeploy => "approves what is to be deployed",
            Self::Reject => "blocks the deployment",
            Self::Withdraw => "takes your approval or rejection back",
            Self::StartDeploy => "starts the deployment",
            Self::Promote => "goes on to the next step",
            Self::Abort => "stops the deployment where it stands",
            Self::Rollback => "goes back the fastest way, without asking any other gate",
            Self::Hold => "stops everything until `/resume`",
            Self::Resume => "continues after a hold",
            Self::Log => "notes an issue met on the way",
            Self::Resolve => "notes how a logged issue was solved",
            Self::Feedback => "says how the update went for you",
            Self::Expedite => "skips the gates in an emergency; a second person must confirm it",
            Self::ConfirmExpedite => "confirms what somebody else expedited",
            Self::Cancel => "ends the rollout",
            Self::Refresh => "reads the issue from GitHub again",
        }
    }
}

impl fmt::Display for CommandName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_stored_under_the_word_people_type() {
        for name in CommandName::ALL {
            assert_eq!(
                serde_json::to_value(name).expect("a plain enum"),
                name.word()
            );
            assert_eq!(
                CommandName::from_word(&name.word().to_uppercase()),
                Some(name)
            );
            assert_eq!(
                name.usage().split(' ').next(),
                Some(format!("/{name}").as_str())
            );
            assert!(!name.purpose().is_empty());
        }
    }
}
