//! Comments that no webhook told of, as GitHub shows them when Rollcall looks.

use super::scene::{ISSUE, Scene, person, place, repository};
use jiff::SignedDuration;
use rollcall::domain::{
    approval::Word,
    effect::{Action, Effect},
    event::{Event, What},
    facts::{Comment, Comments},
    ids::{CommentId, Repository},
    ledger::{Entry, Fact},
    rollout::{HoldCause, LogEntry},
};

/// The comments as GitHub has them: those of the approvals, and what was said unseen.
struct Talk {
    scene: Scene,
    comments: Vec<Comment>,
}

impl Talk {
    fn of(scene: Scene) -> Self {
        let votes = scene.rollout().votes.iter();
        let said = votes.map(|vote| {
            let note = vote.note.as_deref().map(|note| format!(" {note}"));
            let word = match vote.word {
                Word::Approve => "/approve-deploy",
                Word::Reject => "/reject",
                Word::Withdraw => "/withdraw",
            };
            Comment {
                id: vote.comment,
                author: Some(vote.person.clone()),
                body: format!("{word}{}\r\n", note.unwrap_or_default()),
                created_at: vote.at,
                updated_at: vote.at,
            }
        });
        let comments = said.collect();
        Self { scene, comments }
    }

    /// Somebody comments, unseen.
    fn say(&mut self, login: &str, text: &str) -> &mut Comment {
        self.pass(SignedDuration::from_secs(1));
        let id = CommentId(5_000 + self.comments.len() as u64);
        self.comments.push(Comment {
            id,
            author: Some(person(login)),
            body: text.to_owned(),
            created_at: self.scene.now,
            updated_at: self.scene.now,
        });
        self.comments.last_mut().expect("a comment")
    }

    fn pass(&mut self, time: SignedDuration) {
        self.scene.now = self.scene.now.saturating_add(time).expect("in range");
    }

    fn look(&mut self) {
        self.scene.comments = Comments::Read(self.comments.clone());
        self.scene.happens("", What::Reconciled);
        self.scene.settle();
        self.scene.comments = Comments::NotNeeded;
    }

    fn look_later(&mut self) {
        self.pass(SignedDuration::from_mins(5));
        self.look();
    }

    /// Somebody says this and is heard, while GitHub shows this of the comments.
    fn ask(&mut self, login: &str, text: &str, comments: Comments) {
        self.pass(SignedDuration::from_secs(1));
        self.scene.comments = comments;
        let what = What::CommentCreated {
            comment: CommentId(9_000),
            body: text.to_owned(),
            change_author: None,
        };
        self.scene.happens(login, what);
        self.scene.comments = Comments::NotNeeded;
    }

    /// The issue goes to another repository of its owner.
    fn moves(&mut self) {
        let repository = Repository {
            name: "vault".into(),
            ..repository()
        };
        let issue = 8;
        let moved = What::IssueTransferred { repository, issue };
        self.scene.happens("ada", moved);
    }

    fn is_held(&self) -> bool {
        let holds = &self.scene.rollout().holds;
        holds.contains_key(&HoldCause::Command)
    }

    fn approvals(&self) -> usize {
        let votes = self.scene.rollout().votes.iter();
        votes.filter(|vote| vote.word == Word::Approve).count()
    }

    fn at_the_gate() -> Self {
        let mut scene = Scene::prepared();
        scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
        Self::of(scene)
    }

    fn start(&mut self) {
        let shown = Comments::Read(self.comments.clone());
        self.ask("ada", "/start-deploy", shown);
    }
}

#[test]
fn what_stands_as_it_was_heard_changes_nothing() {
    let mut talk = Talk::of(Scene::prepared());
    talk.look_later();
    let before = (talk.scene.rollout().clone(), talk.scene.ledger.len());
    talk.look();
    assert_eq!(talk.scene.rollout(), &before.0, "nothing is written");
    assert_eq!((talk.approvals(), talk.scene.ledger.len()), (2, before.1));
}

#[test]
fn a_fresh_comment_waits_for_its_webhook_but_not_at_the_gate() {
    let mut talk = Talk::at_the_gate();
    talk.say("grace", "/hold wait");
    talk.look();
    assert!(!talk.is_held(), "its webhook may be on its way");
    talk.start();
    assert!(talk.is_held());
    assert!(!talk.scene.rollout().is_deploying());
    talk.scene.hears("`on-hold`");
}

#[test]
fn what_was_written_after_the_start_waits_for_its_webhook() {
    let mut talk = Talk::at_the_gate();
    talk.say("grace", "/hold wait").id = CommentId(9_001);
    talk.start();
    assert!(talk.scene.rollout().is_deploying());
}

#[test]
fn a_webhook_that_comes_after_the_look_is_not_obeyed_again() {
    let mut talk = Talk::of(Scene::open());
    let said = talk.say("grace", "/log slow\n/hold wait").clone();
    talk.look_later();
    talk.scene.say("ada", "/resume");
    let late = Event {
        key: "late".into(),
        at: said.created_at,
        place: place(Some(ISSUE)),
        rollout: None,
        actor: said.author,
        what: What::CommentCreated {
            comment: said.id,
            body: said.body,
            change_author: None,
        },
    };
    talk.scene.bring(&late);
    assert!(!talk.is_held() && talk.scene.last.is_empty());
    talk.look_later();
    assert_eq!(talk.scene.rollout().log.len(), 1);
}

#[test]
fn words_are_heard_in_the_order_in_which_they_were_written() {
    let mut talk = Talk::of(Scene::open());
    talk.say("grace", "/hold wait");
    talk.say("ada", "/resume");
    talk.say("grace", "/approve-deploy");
    talk.say("grace", "/reject the cache is cold");
    talk.comments.reverse();
    talk.look_later();
    assert!(!talk.is_held());
    let words = talk.scene.rollout().votes.iter().map(|vote| vote.word);
    assert_eq!(words.collect::<Vec<_>>(), [Word::Approve, Word::Reject]);
}

#[test]
fn a_flood_is_heard_in_parts_and_keeps_the_gate_shut_until_it_is() {
    let mut talk = Talk::at_the_gate();
    for number in 0..120 {
        talk.say("sam", &format!("/log {number}"));
    }
    talk.look_later();
    assert_eq!(talk.scene.rollout().log.len(), 50);
    talk.start();
    assert_eq!(talk.scene.rollout().log.len(), 100);
    assert!(!talk.scene.rollout().is_deploying());
    talk.scene.hears("`not-told`");
    talk.look_later();
    assert_eq!(talk.scene.rollout().log.len(), 120);
    let in_order = |pair: &[LogEntry]| pair[0].at <= pair[1].at;
    assert!(talk.scene.rollout().log.windows(2).all(in_order));
}

#[test]
fn without_the_comments_nothing_starts_and_nothing_falls() {
    let mut talk = Talk::at_the_gate();
    talk.ask(
        "ada",
        "/start-deploy",
        Comments::Unread("it is busy".into()),
    );
    assert!(!talk.scene.rollout().is_deploying());
    talk.scene.hears(
        "was refused (`not-told`). GitHub did not show all comments on this issue (it is busy)",
    );
    assert_eq!(talk.approvals(), 2);
}

#[test]
fn a_word_whose_comment_is_gone_or_changed_falls() {
    let mut talk = Talk::at_the_gate();
    talk.comments.remove(0);
    talk.comments[0].body = "/approve-deploy looks bad".to_owned();
    talk.start();
    assert_eq!(talk.approvals(), 0);
    assert!(!talk.scene.rollout().is_deploying());
    let voided = |(entry, _): &&(Entry, String)| matches!(entry.fact, Fact::VoteVoided { .. });
    let voided: Vec<_> = talk.scene.ledger.iter().filter(voided).collect();
    assert_eq!(voided.len(), 2);
    assert!(voided.iter().all(|(entry, _)| entry.actor.is_none()));
}

#[test]
fn a_rejection_outlives_its_comment() {
    let mut talk = Talk::of(Scene::prepared());
    talk.scene.say("grace", "/reject the cache is cold");
    talk.comments.remove(0);
    talk.look_later();
    let newest = talk.scene.rollout().votes.last().expect("a word");
    assert_eq!(newest.word, Word::Reject);
}

#[test]
fn what_a_running_deployment_rests_on_is_found_under_another_number_after_a_move() {
    let mut talk = Talk::at_the_gate();
    talk.start();
    talk.moves();
    for comment in &mut talk.comments {
        comment.id = CommentId(comment.id.0 + 100);
    }
    talk.look_later();
    assert_eq!(talk.approvals(), 2);
    assert!(talk.scene.rollout().is_deploying());
}

#[test]
fn bots_and_those_who_are_gone_are_not_heard() {
    let mut talk = Talk::of(Scene::open());
    talk.say("rollcall[bot]", "/hold wait");
    talk.say("dependabot[bot]", "/hold wait");
    talk.say("grace", "/hold wait").author = None;
    talk.look_later();
    assert!(!talk.is_held());
}

#[test]
fn what_was_said_before_there_was_a_rollout_is_not_heard() {
    let mut talk = Talk::of(Scene::open());
    let before = talk.scene.rollout().created_at - SignedDuration::from_secs(1);
    let said = talk.say("grace", "/hold wait");
    (said.created_at, said.updated_at) = (before, before);
    talk.look_later();
    assert!(!talk.is_held());
}

#[test]
fn a_break_glass_whose_comment_is_gone_is_over() {
    let mut scene = Scene::open();
    scene.policy("break_glass: {who: maintain, confirm: write}\n");
    scene.say("linus", "/expedite the shop is down");
    scene.say("grace", "/confirm-expedite");
    assert!(scene.rollout().gates.glass().is_some());
    let mut talk = Talk::of(scene);
    talk.look_later();
    assert!(talk.scene.rollout().gates.glass().is_none());
}

#[test]
fn comments_that_were_edited_before_a_move_are_not_answered_again_after_it() {
    let mut talk = Talk::of(Scene::open());
    talk.say("grace", "/log slow");
    talk.pass(SignedDuration::from_secs(1));
    let now = talk.scene.now;
    talk.comments[0].updated_at = now;
    talk.look_later();
    talk.scene.hears("new comments only");
    talk.pass(SignedDuration::from_mins(1));
    talk.moves();
    talk.comments[0].id = CommentId(6_000);
    talk.look_later();
    assert_eq!(talk.scene.replies(), "");
    let edited = talk.scene.now;
    talk.comments[0].updated_at = edited;
    talk.look_later();
    talk.scene.hears("new comments only");
}

#[test]
fn a_start_that_is_found_late_waits_for_what_was_written_after_it() {
    let mut talk = Talk::at_the_gate();
    talk.say("ada", "/start-deploy");
    talk.say("sam", "/log the cache is cold");
    talk.look_later();
    assert!(!talk.scene.rollout().is_deploying());
    let said = talk.scene.effects.iter().filter_map(said);
    let said: Vec<&str> = said
        .filter(|body| body.contains("`/start-deploy`"))
        .collect();
    insta::assert_snapshot!(said.concat(), @"@ada: `/start-deploy` was refused (`not-told`). I found this comment late, together with newer ones that hold commands, and those are heard first. Say it again if it is still to start.");
}

fn said(effect: &Effect) -> Option<&str> {
    match &effect.action {
        Action::PutComment { body, .. } => Some(body),
        _ => None,
    }
}
