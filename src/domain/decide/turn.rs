//! One turn: the rollout being changed, and what has been said, recorded and asked for so far.

use crate::domain::{
    command::CommandName,
    effect::{Action, Effect, Mode},
    event::{Event, What},
    facts::{Facts, PolicyFact},
    ids::Person,
    ledger::{Entry, Fact},
    person::Standing,
    policy::{self, Answer, Context, Policy, Rule, Verdict},
    problem::Problem,
    refusal::Refusal,
    reply::Reply,
    rollout::{Hold, HoldCause, Rollout},
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The state of one decision while it is made.
pub(super) struct Turn<'a> {
    pub(super) event: &'a Event,
    pub(super) facts: &'a Facts,
    pub(super) before: &'a Rollout,
    pub(super) rollout: Rollout,
    /// The policy in force for this rollout's template.
    pub(super) policy: Policy,
    /// Whether that policy is a stand-in for a file that is broken.
    pub(super) policy_is_guess: bool,
    pub(super) ledger: Vec<(Entry, String)>,
    pub(super) effects: Vec<Effect>,
    pub(super) replies: Vec<Reply>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(before: &'a Rollout, event: &'a Event, facts: &'a Facts) -> Self {
        Self {
            event,
            facts,
            before,
            rollout: before.clone(),
            policy: Policy::default(),
            policy_is_guess: false,
            ledger: Vec::new(),
            effects: Vec::new(),
            replies: Vec::new(),
        }
    }

    /// Puts the policy in force: the file when it can be used, else the last good one, else the built-in default.
    pub(super) fn adopt_policy(&mut self) {
        let last_good = self.rollout.policy.clone();
        let policy = match &self.facts.policy {
            PolicyFact::Found {
                policy,
                text,
                calendars,
                source,
            } => {
                if last_good.as_ref() != Some(text) {
                    self.record(Fact::PolicyChanged {
                        source: source.clone(),
                        broken: false,
                    });
                    self.rollout.policy = Some(text.clone());
                }
                self.rollout.calendars.clone_from(calendars);
                self.rollout.policy_problem = None;
                (**policy).clone()
            }
            PolicyFact::Absent => {
                self.rollout.policy = None;
                self.rollout.calendars.clear();
                self.rollout.policy_problem = None;
                Policy::default()
            }
            PolicyFact::Unread { needed } => {
                self.policy_is_guess = *needed;
                self.last_good(last_good)
            }
            PolicyFact::Broken {
                source, problems, ..
            } => {
                self.policy_is_guess = true;
                self.tell_of_broken_policy(source, problems);
                self.last_good(last_good)
            }
        };
        self.policy = policy.for_rollout(
            &self.rollout.template.name,
            self.rollout.environment.as_deref(),
        );
        self.require_items();
    }

    fn last_good(&self, text: Option<String>) -> Policy {
        text.and_then(|text| policy::parse_stored(&text).ok())
            .unwrap_or_default()
            .with_calendars(&self.rollout.calendars)
    }

    /// Once for each broken file, as soon as there is an issue to say it on.
    fn tell_of_broken_policy(&mut self, source: &str, problems: &[Problem]) {
        let is_told = self.rollout.policy_problem.as_deref() == Some(source);
        if is_told || self.rollout.place.issue.is_none() {
            return;
        }
        self.rollout.policy_problem = Some(source.to_owned());
        self.record(Fact::PolicyChanged {
            source: source.to_owned(),
            broken: true,
        });
        let problems = problems.iter().map(ToString::to_string).collect();
        self.say(Reply::PolicyBroken {
            source: source.to_owned(),
            problems,
        });
    }

    /// What the policy in force requires.
    fn require_items(&mut self) {
        for item in &mut self.rollout.items {
            item.required = if item.extra {
                self.policy.extra_items_required
            } else {
                self.policy.is_required(&item.id, item.required_by_template)
            };
        }
    }

    /// Adds a line to the record.
    pub(super) fn record(&mut self, fact: Fact) {
        let entry = Entry {
            rollout: self.rollout.id.clone(),
            seq: self.rollout.ledger_length + 1,
            at: self.facts.now,
            cause: self.event.key.clone(),
            actor: self.event.actor.clone(),
            fact,
            previous: self.rollout.ledger_head.clone(),
        };
        let hash = entry.hash();
        self.rollout.ledger_length = entry.seq;
        self.rollout.ledger_head.clone_from(&hash);
        self.ledger.push((entry, hash));
    }

    /// Adds a paragraph to the one reply of this turn.
    pub(super) fn say(&mut self, reply: Reply) {
        self.replies.push(reply);
    }

    /// Asks for something to be done outside, once under this key.
    pub(super) fn once(&mut self, key: String, action: Action) {
        self.put(key, Mode::Once, action);
    }

    /// Asks for something to be done outside.
    pub(super) fn put(&mut self, key: String, mode: Mode, action: Action) {
        let rollout = self.rollout.id.clone();
        self.effects.push(Effect {
            key,
            rollout,
            due: None,
            mode,
            action,
        });
    }

    /// Login of who caused this; `rollcall` for the clock and Rollcall itself.
    pub(super) fn actor_login(&self) -> String {
        self.event
            .actor
            .as_ref()
            .map_or_else(|| "rollcall".to_owned(), |person| person.login.clone())
    }

    /// Whether Rollcall itself caused this.
    pub(super) fn is_own(&self) -> bool {
        self.event
            .actor
            .as_ref()
            .is_some_and(|person| self.facts.app.is(person))
    }

    /// Puts a rule to the person who caused this.
    pub(super) fn judge(&self, rule: &Rule) -> Verdict {
        let context = self.context();
        match self.event.actor.as_ref() {
            Some(person) => rule.judge(&standing_of(self.facts, person), &context),
            None => rule.judge(
                &unknown_standing(&nobody(), "nobody is named as the cause"),
                &context,
            ),
        }
    }

    /// Puts a rule to somebody else, with the rights as read for this decision.
    pub(super) fn judge_person(&self, rule: &Rule, person: &Person) -> Verdict {
        rule.judge(&standing_of(self.facts, person), &self.context())
    }

    /// Somebody else may, or why not.
    pub(super) fn may_person(&self, rule: &Rule, person: &Person) -> Result<(), Refusal> {
        permitted(&self.judge_person(rule, person), rule)
    }

    /// The time of the decision. A deadline that passed has passed, even when the clock was set back since.
    pub(super) fn now(&self) -> Timestamp {
        match self.event.what {
            What::DeadlinePassed { .. } => self.facts.now.max(self.event.at),
            _ => self.facts.now,
        }
    }

    /// The person may, or why not.
    pub(super) fn may(&self, rule: &Rule) -> Result<(), Refusal> {
        permitted(&self.judge(rule), rule)
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context::of(&self.rollout)
    }

    /// What this event says was written before the last change of what is to be deployed: it cannot mean the new.
    pub(super) fn not_outdated(&self) -> Result<(), Refusal> {
        match self.rollout.signed_since {
            Some(since) if self.event.at < since => Err(Refusal::Outdated { since }),
            _ => Ok(()),
        }
    }

    /// This event sets something that is set as a whole; refused when a newer one has done so before.
    pub(super) fn supersedes(&mut self, what: &str, heard: &str) -> Result<(), Refusal> {
        let at = self.event.at;
        match self.rollout.set_at.get(what) {
            Some(last) if at < *last => Err(Refusal::AlreadyDone {
                what: heard.to_owned(),
            }),
            _ => {
                self.rollout.set_at.insert(what.to_owned(), at);
                Ok(())
            }
        }
    }

    /// The same for what somebody says in these words: said again because nobody answered, it counts once.
    pub(super) fn supersedes_words(
        &mut self,
        name: CommandName,
        about: &str,
        words: &str,
    ) -> Result<(), Refusal> {
        let hash = Sha256::digest(format!("{about}\n{words}").as_bytes());
        let what = format!("{name}:{}", hex::encode(&hash[..8]));
        self.supersedes(&what, &format!("a newer `/{name}` of the same was heard"))
    }

    /// Stops everything for this reason; a reason that holds already stays as it was, but for its time.
    pub(super) fn hold(&mut self, cause: HoldCause, reason: &str) {
        let at = self.event.at;
        if self.rollout.is_finished() {
            return;
        }
        if let Some(hold) = self.rollout.holds.get_mut(&cause) {
            hold.at = hold.at.max(at);
            return;
        }
        let by = self.event.actor.as_ref().map(|person| person.login.clone());
        let hold = Hold {
            by,
            at,
            reason: reason.to_owned(),
        };
        self.rollout.holds.insert(cause, hold);
        self.record(Fact::Held {
            hold: format!("{cause:?}").to_lowercase(),
            reason: reason.to_owned(),
        });
    }

    /// Whether there is a hold for this reason that is not younger than this event: an older word lifts no newer hold.
    pub(super) fn may_lift(&self, cause: HoldCause) -> bool {
        let hold = self.rollout.holds.get(&cause);
        hold.is_some_and(|hold| hold.at <= self.event.at)
    }

    /// Lifts a hold, if there is one for this reason that is not younger.
    pub(super) fn lift(&mut self, cause: HoldCause) {
        if self.may_lift(cause) {
            self.release(cause);
        }
    }

    /// Lifts a hold, if there is one for this reason, however young.
    pub(super) fn release(&mut self, cause: HoldCause) {
        if self.rollout.holds.remove(&cause).is_some() {
            self.record(Fact::Resumed {
                hold: format!("{cause:?}").to_lowercase(),
            });
        }
    }
}

/// A verdict as a permission or a refusal that names who may.
pub(super) fn permitted(verdict: &Verdict, rule: &Rule) -> Result<(), Refusal> {
    match verdict.answer {
        Answer::Allowed => Ok(()),
        Answer::Refused => Err(Refusal::NotAllowed {
            who: rule.describe(),
        }),
        Answer::Unknown => Err(Refusal::RightsUnknown {
            why: verdict.unknown().unwrap_or(&verdict.says).to_owned(),
        }),
    }
}

/// A person's rights as read; unknown when they were not.
pub(super) fn standing_of(facts: &Facts, person: &Person) -> Standing {
    facts
        .people
        .get(&person.id)
        .cloned()
        .unwrap_or_else(|| unknown_standing(person, "it was not read"))
}

fn unknown_standing(person: &Person, why: &str) -> Standing {
    Standing {
        person: person.clone(),
        permission: Err(why.to_owned()),
        role: None,
        teams: Err(why.to_owned()),
    }
}

fn nobody() -> Person {
    Person {
        id: crate::domain::ids::UserId(0),
        login: "nobody".to_owned(),
        bot: true,
    }
}
