//! Boxes that changed while no webhook came, and what GitHub's edit history says of them.

use super::scene::{Scene, person};
use jiff::{SignedDuration, Timestamp};
use rollcall::domain::{
    checklist,
    event::What,
    facts::{History, Revision},
    ledger::Fact,
};

/// The bodies one after the other, each with who saved it.
struct Past {
    scene: Scene,
    revisions: Vec<Revision>,
}

impl Past {
    /// The rollout has just been opened; from now on nobody tells Rollcall anything.
    fn new() -> Self {
        let scene = Scene::open();
        let opened = Revision {
            editor: Some(person("rollcall[bot]")),
            at: scene.now,
            body: Some(scene.body.clone()),
        };
        Self {
            scene,
            revisions: vec![opened],
        }
    }

    /// Somebody clicks boxes, unseen.
    fn ticks(&mut self, login: &str, boxes: &[(&str, bool)]) {
        self.pass(SignedDuration::from_mins(1));
        self.scene.body = checklist::flip(&self.scene.body, boxes).body;
        self.revisions.push(Revision {
            editor: Some(person(login)).filter(|_| !login.is_empty()),
            at: self.scene.now,
            body: Some(self.scene.body.clone()),
        });
    }

    fn pass(&mut self, time: SignedDuration) {
        self.scene.now = self.scene.now.saturating_add(time).expect("in range");
    }

    fn last(&mut self) -> &mut Revision {
        self.revisions.last_mut().expect("a revision")
    }

    /// A day later Rollcall looks.
    fn look(&mut self) {
        self.scene.newest_changed_at = Some(self.scene.now);
        self.pass(SignedDuration::from_hours(24));
        self.scene.history = History::Read(self.revisions.clone());
        self.scene.happens("", What::Reconciled);
        self.scene.settle();
    }

    fn done_by(&self, item: &str) -> Option<String> {
        let ticked = |fact: &Fact| matches!(fact, Fact::Ticked { item: it } if it == item);
        let mut lines = self.scene.ledger.iter().rev();
        let (entry, _) = lines.find(|(entry, _)| ticked(&entry.fact))?;
        entry.actor.as_ref().map(|person| person.login.clone())
    }

    fn claimed_at(&self, item: &str) -> Option<Timestamp> {
        self.scene.rollout().item(item).expect("an item").claimed_at
    }
}

#[test]
fn ticks_that_nobody_told_of_are_their_editors() {
    let mut past = Past::new();
    past.ticks("ada", &[("environment-setup", true)]);
    let at = past.scene.now;
    past.ticks("grace", &[("apply-updates", true), ("backup", true)]);
    past.look();
    assert_eq!(past.done_by("environment-setup").as_deref(), Some("ada"));
    assert_eq!(past.done_by("apply-updates").as_deref(), Some("grace"));
    assert_eq!(past.done_by("backup").as_deref(), Some("grace"));
    assert_eq!(past.claimed_at("environment-setup"), Some(at));
    assert_eq!(past.scene.replies(), "", "there is nothing to explain");
}

#[test]
fn who_says_refresh_sees_them_at_once() {
    let mut past = Past::new();
    past.ticks("grace", &[("backup", true)]);
    past.pass(SignedDuration::from_mins(10));
    past.ticks("grace", &[("apply-updates", true)]);
    past.scene.history = History::Read(past.revisions.clone());
    past.scene.say("ada", "/refresh");
    assert_eq!(past.done_by("backup").as_deref(), Some("grace"));
    let fresh = "apply-updates";
    assert!(
        !past.scene.is_done(fresh) && past.scene.is_ticked(fresh),
        "its webhook may be on its way"
    );
}

#[test]
fn each_of_them_is_judged_like_a_tick_by_that_person() {
    let mut past = Past::new();
    past.ticks("sam", &[("backup", true), ("manual-testing", true)]);
    past.ticks("ada", &[("apply-updates", true), ("monitoring", true)]);
    past.look();
    assert!(past.scene.is_done("apply-updates"));
    for item in ["backup", "manual-testing", "monitoring"] {
        assert!(
            !past.scene.is_done(item) && !past.scene.is_ticked(item),
            "{item}"
        );
    }
    insta::assert_snapshot!(past.scene.replies(), @"
    @sam: I set these boxes back:

    - **Manual Testing** (`not-allowed`): Only people with write permission or more may do that.
    - **Backup Production Data** (`not-allowed`): Only people with write permission or more may do that.
    ---
    @ada: I set a box back:

    - **Monitoring** (`not-started`): The deployment has not been started. `/start-deploy` does that.
    ");
}

#[test]
fn the_last_word_of_several_counts_and_all_are_on_record() {
    let mut past = Past::new();
    past.ticks("ada", &[("backup", true)]);
    past.ticks("grace", &[("backup", false)]);
    past.ticks("linus", &[("backup", true)]);
    past.look();
    assert_eq!(past.done_by("backup").as_deref(), Some("linus"));
    let facts = past.scene.ledger.iter().map(|(entry, _)| &entry.fact);
    let flips = facts.filter(
        |fact| matches!(fact, Fact::Ticked { item } | Fact::Unticked { item } if item == "backup"),
    );
    assert_eq!(flips.count(), 3);
}

#[test]
fn what_is_known_already_is_not_judged_again() {
    let mut past = Past::new();
    past.pass(SignedDuration::from_mins(1));
    past.scene.tick("ada", "environment-setup", true);
    let known = Revision {
        editor: Some(person("ada")),
        at: past.scene.now,
        body: Some(past.scene.body.clone()),
    };
    past.revisions.push(known);
    past.ticks("grace", &[("apply-updates", true)]);
    let before = past.scene.ledger.len();
    past.look();
    let (entry, _) = &past.scene.ledger[before];
    assert!(matches!(&entry.fact, Fact::Ticked { item } if item == "apply-updates"));
    assert_eq!(past.scene.ledger.len(), before + 1);
}

#[test]
fn what_has_no_editor_is_set_back() {
    for login in ["", "rollcall[bot]"] {
        let mut past = Past::new();
        past.ticks(login, &[("backup", true)]);
        past.look();
        assert!(!past.scene.is_done("backup") && !past.scene.is_ticked("backup"));
        let replies = past.scene.replies();
        assert!(replies.contains("I set them back"), "{replies}");
    }
}

#[test]
fn a_revision_that_was_removed_hides_whose_flip_it_was() {
    let mut past = Past::new();
    past.ticks("sam", &[("backup", true)]);
    past.last().body = None;
    past.ticks("ada", &[("apply-updates", true)]);
    past.look();
    for item in ["backup", "apply-updates"] {
        assert!(!past.scene.is_done(item), "{item} may be either's");
    }
    let mut past = Past::new();
    past.ticks("ada", &[("backup", true)]);
    past.last().body = None;
    past.ticks("ada", &[("apply-updates", true)]);
    past.look();
    for item in ["backup", "apply-updates"] {
        assert_eq!(past.done_by(item).as_deref(), Some("ada"), "both are hers");
    }
}

#[test]
fn while_the_history_cannot_be_read_nothing_is_set_back_but_not_for_ever() {
    let mut past = Past::new();
    past.ticks("ada", &[("backup", true)]);
    past.scene.newest_changed_at = Some(past.scene.now);
    past.scene.history = History::Unread;
    past.pass(SignedDuration::from_hours(5));
    past.scene.happens("", What::Reconciled);
    past.scene.settle();
    assert!(past.scene.is_ticked("backup"));
    past.pass(SignedDuration::from_hours(2));
    past.scene.happens("", What::Reconciled);
    past.scene.settle();
    assert!(!past.scene.is_ticked("backup"));
}
