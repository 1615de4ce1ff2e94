//! What can be written on the command line.

use clap::{Args, Parser, Subcommand};
use secrecy::SecretString;
use std::path::PathBuf;

/// Where the sandbox's page is when nothing else is said.
pub(super) const SANDBOX_PORT: u16 = 8787;

/// Runs software-update rollouts as checklists on GitHub issues.
///
/// Without a command: starts the server when a GitHub App is configured, otherwise the sandbox.
#[derive(Debug, Parser)]
#[command(name = "rollcall", version, subcommand_required = false)]
pub struct Arguments {
    /// The configuration; `rollcall.toml` in this folder when it is not given.
    #[arg(long, global = true, value_name = "FILE", env = "ROLLCALL_CONFIG")]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Starts the server.
    Serve,
    /// Starts the sandbox: the same server with stand-ins for GitHub, Telegram and mail, and a page to try it on.
    Sandbox {
        /// Port of the page on 127.0.0.1; 0 takes a free one.
        #[arg(long, default_value_t = SANDBOX_PORT)]
        port: u16,
    },
    /// Opens a rollout through a running server, and waits for its issue.
    New(Box<NewArguments>),
    /// Looks for mistakes in templates (`.md`) and policy files (`.yml`), and runs the cases beside a policy (`.tests.yml`).
    Check {
        /// The files. Without any: the configuration when `--config` names it, else the policy, its cases and the templates in `.github`.
        files: Vec<PathBuf>,
    },
    /// Lists the task-list items of a Markdown file, as GitHub sees them.
    Items {
        /// The file; `-` for standard input.
        file: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Works with templates.
    #[command(subcommand)]
    Template(TemplateCommand),
    /// Works with the policy file.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Works with the record of a rollout.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Handles a stored delivery again.
    Replay {
        /// Its id: `X-GitHub-Delivery`.
        delivery: String,
    },
    /// Shows the manifest of the GitHub App: its permissions and events.
    Manifest,
}

#[derive(Debug, Subcommand)]
pub(super) enum TemplateCommand {
    /// Makes a template of a plain checklist document; tells on standard error what it repaired.
    Import {
        /// The document; `-` for standard input.
        file: PathBuf,
    },
    /// Shows a template that comes with Rollcall.
    Show {
        /// `standard`, `minimal` or `security-patch`.
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum LedgerCommand {
    /// Prints the record as JSON Lines, each entry with the seal that chains it to the one before.
    Export {
        /// The rollout, `ro-…`: the status comment shows its id below "Who did what, and when".
        #[arg(long, value_name = "ID")]
        rollout: String,
    },
    /// Checks an exported record: no entry changed, missing, added or exchanged.
    Verify {
        /// The export.
        file: PathBuf,
        /// An earlier export, with which this one must begin: so that nothing was cut off or written anew.
        #[arg(long, value_name = "FILE")]
        after: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Shows the JSON Schema of `.github/rollcall.yml`, with which editors complete it.
    Schema,
    /// Says what would happen if a person said a command in a state, with the rules and gates behind it.
    Simulate {
        /// The state of the rollout and the rights of people, in YAML.
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
        /// Who says it.
        #[arg(long = "as", value_name = "USER")]
        login: String,
        /// The policy; `.github/rollcall.yml` in this folder when it is not given, else the default one.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
        /// The command, as in a comment: `/start-deploy`.
        #[arg(required = true, value_name = "COMMAND", allow_hyphen_values = true)]
        command: Vec<String>,
    },
}

/// An order for a rollout.
#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// The repository.
    #[arg(long, value_name = "OWNER/NAME")]
    pub repo: String,
    /// What is updated: `api 1.4.1..1.4.2 security update`. Once for each component.
    #[arg(
        long = "component",
        value_name = "NAME FROM..TO REASON",
        required = true
    )]
    pub components: Vec<String>,
    /// Why the update is made.
    #[arg(long)]
    pub purpose: Option<String>,
    /// What it is to bring.
    #[arg(long)]
    pub benefits: Option<String>,
    /// Whom it touches, and how.
    #[arg(long)]
    pub impact: Option<String>,
    /// Whom to ask.
    #[arg(long)]
    pub contact: Option<String>,
    /// The way back.
    #[arg(long)]
    pub rollback_plan: Option<String>,
    /// Where the update goes, as the policy and GitHub name it; the template's when it is not given.
    #[arg(long)]
    pub environment: Option<String>,
    /// The template; the policy's default when it is not given.
    #[arg(long)]
    pub template: Option<String>,
    /// The title of the issue; the template's when it is not given.
    #[arg(long)]
    pub title: Option<String>,
    /// Names this order: the same key finds the same rollout. Made from the order itself when it is not given.
    #[arg(long)]
    pub key: Option<String>,
    /// Where Rollcall runs.
    #[arg(
        long,
        value_name = "URL",
        env = "ROLLCALL_SERVER",
        default_value = "http://127.0.0.1:8787"
    )]
    pub server: String,
    /// An operator's token, one of `api.tokens`. Better given by the environment, where others do not see it.
    #[arg(long, env = "ROLLCALL_TOKEN", hide_env_values = true)]
    pub token: Option<SecretString>,
    /// How many seconds to wait for the issue; 0 does not wait.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub wait: u64,
}
