use std::time::Duration;

use jiff::Timestamp;
use rollcall::store::{EffectRow, PutMode, Store, StoreError};

use super::world::{LEASE, at, departing, effect, event, next_key, put, put_by};
use crate::support::database::TestDatabase;

const LATEST: PutMode = PutMode::Latest {
    quiet: Duration::from_secs(10),
};

/// On SQLite a try is not flushed to the disk: a power cut may take the record of it, and the process with it.
#[tokio::test]
async fn after_a_new_start_every_effect_may_have_been_tried() {
    let database = TestDatabase::sqlite();
    let store = database.open().await;
    put(&store, 0, vec![effect("comment", "text", PutMode::Once)]).await;
    store.close().await;
    let store = database.open().await;
    let leased = departing(&store, 0, "w").await.expect("the effect");
    assert_eq!(leased.attempts, 2);
}

on_both! {
    an_effect_put_once_is_performed_once,
    a_receipt_comes_back_through_the_inbox,
    the_newest_payload_is_put_at_once_and_then_after_a_quiet_time,
    a_payload_put_while_an_older_one_is_performed_follows_it,
    a_failed_effect_keeps_its_back_off_and_lets_others_pass,
    a_dead_effect_is_kept_until_a_newer_payload_comes,
    a_timer_can_be_moved_and_cancelled,
    what_waits_to_be_sent_is_counted_apart_from_timers,
    one_effect_of_a_stream_at_a_time_and_channels_apart,
    what_happened_is_recorded_even_when_the_lease_was_lost,
    a_try_that_broke_off_is_made_again_at_once,
    installations_take_turns_on_the_way_out,
    an_installation_has_no_more_than_its_share_of_the_way_out,
    a_stream_rests_as_a_whole_and_that_counts_as_no_try,
}

async fn an_effect_put_once_is_performed_once(database: TestDatabase) {
    let store = database.open().await;
    put(&store, 0, vec![effect("mail", "first", PutMode::Once)]).await;
    put(&store, 1, vec![effect("mail", "second", PutMode::Once)]).await;
    let leased = departing(&store, 1, "w").await.expect("the effect");
    assert_eq!((leased.payload.as_str(), leased.attempts), ("first", 1));
    assert_eq!(leased.remote, None);
    let finish = store.finish_effect(leased.id, leased.generation, None, vec![], at(1));
    finish.await.expect("finished");
    put(&store, 2, vec![effect("mail", "third", PutMode::Once)]).await;
    assert_eq!(departing(&store, 999, "w").await, None);
    assert_eq!(
        store.next_departure("github").await.expect("an answer"),
        None
    );
}

async fn a_receipt_comes_back_through_the_inbox(database: TestDatabase) {
    let store = database.open().await;
    put(&store, 0, vec![effect("comment", "text", PutMode::Once)]).await;
    let leased = departing(&store, 0, "w").await.expect("the effect");
    let remote = Some("comment 4711".to_owned());
    let receipts = vec![event("receipt", "r1")];
    let finish = store.finish_effect(leased.id, leased.generation, remote, receipts, at(1));
    finish.await.expect("finished");
    assert_eq!(next_key(&store, 1, "w").await.as_deref(), Some("receipt"));
    let remote = store.remote_of("comment").await.expect("an answer");
    assert_eq!(remote.as_deref(), Some("comment 4711"));
    assert_eq!(store.remote_of("other").await.expect("an answer"), None);
}

async fn the_newest_payload_is_put_at_once_and_then_after_a_quiet_time(database: TestDatabase) {
    let store = database.open().await;
    put(&store, 0, vec![effect("status", "1 of 22", LATEST)]).await;
    let first = departing(&store, 0, "w").await.expect("at once");
    let remote = Some("comment 1".to_owned());
    let finish = store.finish_effect(first.id, first.generation, remote, vec![], at(1));
    finish.await.expect("finished");

    for ticks in 2..=20 {
        let payload = format!("{ticks} of 22");
        let later = EffectRow {
            due: at(2),
            ..effect("status", &payload, LATEST)
        };
        put(&store, ticks, vec![later]).await;
    }
    assert_eq!(
        departing(&store, 10, "w").await,
        None,
        "10 s of quiet after 1 s"
    );
    let next = store.next_departure("github").await.expect("an answer");
    assert_eq!(next, Some(at(11)));
    let second = departing(&store, 11, "w").await.expect("the newest");
    assert_eq!((second.payload.as_str(), second.attempts), ("20 of 22", 1));
    assert_eq!(second.remote.as_deref(), Some("comment 1"));
}

async fn a_payload_put_while_an_older_one_is_performed_follows_it(database: TestDatabase) {
    let store = database.open().await;
    put(&store, 0, vec![effect("status", "old", LATEST)]).await;
    let old = departing(&store, 0, "w").await.expect("the old one");
    put(&store, 1, vec![effect("status", "new", LATEST)]).await;
    assert_eq!(departing(&store, 1, "w2").await, None, "one at a time");
    let remote = Some("comment 1".to_owned());
    let finish = store.finish_effect(old.id, old.generation, remote, vec![], at(2));
    finish.await.expect("finished");
    assert_eq!(departing(&store, 11, "w").await, None);
    let new = departing(&store, 12, "w").await.expect("the new one");
    assert_eq!((new.payload.as_str(), new.attempts), ("new", 1));
    assert_eq!(new.remote.as_deref(), Some("comment 1"));
    let finish = store.finish_effect(new.id, new.generation, None, vec![], at(13));
    finish.await.expect("finished");
    assert_eq!(departing(&store, 999, "w").await, None);
    let remote = store.remote_of("status").await.expect("an answer");
    assert_eq!(
        remote.as_deref(),
        Some("comment 1"),
        "no news is the old name"
    );
}

async fn a_failed_effect_keeps_its_back_off_and_lets_others_pass(database: TestDatabase) {
    let store = database.open().await;
    put(
        &store,
        0,
        vec![
            effect("status", "1", LATEST),
            effect("x", "2", PutMode::Once),
        ],
    )
    .await;
    let failed = departing(&store, 0, "w").await.expect("the first");
    let retry = store.retry_effect(failed.id, at(60), "429\u{0}");
    retry.await.expect("put off");
    put(&store, 1, vec![effect("status", "3", LATEST)]).await;
    put(&store, 2, vec![effect("status", "4", LATEST)]).await;
    let other = departing(&store, 1, "w").await.expect("the other");
    assert_ne!(other.key, failed.key);
    let finish = store.finish_effect(other.id, other.generation, None, vec![], at(1));
    finish.await.expect("finished");
    assert_eq!(departing(&store, 59, "w").await, None);
    let again = departing(&store, 60, "w").await.expect("the first again");
    assert_eq!(again.attempts, 2, "it may have reached GitHub before");
    assert_eq!(again.key, failed.key);
}

async fn a_dead_effect_is_kept_until_a_newer_payload_comes(database: TestDatabase) {
    let store = database.open().await;
    put(&store, 0, vec![effect("status", "too long", LATEST)]).await;
    let leased = departing(&store, 0, "w").await.expect("the effect");
    let bury = store.bury_effect(
        leased.id,
        "GitHub answered 422",
        vec![event("dead", "r1")],
        at(1),
    );
    bury.await.expect("buried");
    assert_eq!(departing(&store, 999, "w").await, None);
    assert_eq!(store.counts().await.expect("counts").outbox_dead, 1);
    let dead = store.list_dead(10).await.expect("a list");
    assert_eq!(
        (dead[0].key.as_str(), dead[0].reason.as_str()),
        ("status", "GitHub answered 422")
    );
    assert_eq!(next_key(&store, 1, "w").await.as_deref(), Some("dead"));

    put(&store, 2, vec![effect("status", "shorter", LATEST)]).await;
    let again = departing(&store, 2, "w")
        .await
        .expect("a chance of its own");
    assert_eq!((again.payload.as_str(), again.attempts), ("shorter", 1));

    put(&store, 3, vec![effect("status", "newer", LATEST)]).await;
    let bury = store.bury_effect(again.id, "422 again", vec![], at(4));
    bury.await.expect("buried");
    let newer = departing(&store, 4, "w").await.expect("the newer payload");
    assert_eq!(newer.payload, "newer");
}

async fn what_waits_to_be_sent_is_counted_apart_from_timers(database: TestDatabase) {
    let store = database.open().await;
    let timer = EffectRow {
        channel: "clock".to_owned(),
        due: at(86_400),
        ..effect("window", "{}", PutMode::Once)
    };
    let message = effect("mail", "text", PutMode::Once);
    put(&store, 0, vec![timer, message]).await;
    let waiting = async || {
        let counts = store.counts().await.expect("counts");
        (counts.outbox_queued, counts.outbox_timers)
    };
    assert_eq!(waiting().await, (1, 1));
    let leased = departing(&store, 0, "w").await.expect("the message");
    let back_off = store.retry_effect(leased.id, at(60), "no answer");
    back_off.await.expect("put off");
    assert_eq!(
        waiting().await,
        (1, 1),
        "a message that is tried again waits"
    );
}

async fn a_timer_can_be_moved_and_cancelled(database: TestDatabase) {
    let store = database.open().await;
    let timer = |due: Timestamp, mode| EffectRow {
        channel: "clock".to_owned(),
        stream: "r1".to_owned(),
        due,
        ..effect("deadline", "{}", mode)
    };
    let moved = PutMode::Latest {
        quiet: Duration::ZERO,
    };
    let due = || store.next_departure("clock");
    put(&store, 0, vec![timer(at(100), moved)]).await;
    assert_eq!(due().await.expect("an answer"), Some(at(100)));
    put(&store, 1, vec![timer(at(50), moved)]).await;
    assert_eq!(due().await.expect("an answer"), Some(at(50)));
    put(&store, 2, vec![timer(at(200), moved)]).await;
    let lease = |seconds| store.lease_effect("clock", at(seconds), Duration::from_mins(1), "w");
    assert_eq!(lease(199).await.expect("an answer"), None);
    assert_eq!(due().await.expect("an answer"), Some(at(200)));

    put(&store, 3, vec![timer(at(0), PutMode::Cancel)]).await;
    assert_eq!(lease(999).await.expect("an answer"), None);
    put(
        &store,
        4,
        vec![timer(at(0), PutMode::Cancel), timer(at(300), PutMode::Once)],
    )
    .await;
    let rung = lease(300).await.expect("an answer").expect("the new timer");
    let finish = store.finish_effect(rung.id, rung.generation, None, vec![], at(300));
    finish.await.expect("finished");
    assert_eq!(lease(999).await.expect("an answer"), None);
}

async fn one_effect_of_a_stream_at_a_time_and_channels_apart(database: TestDatabase) {
    let store = database.open().await;
    let early = EffectRow {
        due: at(-5),
        ..effect("early", "", PutMode::Once)
    };
    let mail = EffectRow {
        channel: "email".to_owned(),
        ..effect("mail", "", PutMode::Once)
    };
    let apart = EffectRow {
        stream: "6".to_owned(),
        ..effect("apart", "", PutMode::Once)
    };
    let late = effect("late", "", PutMode::Once);
    put(&store, 0, vec![late, mail, apart, early]).await;
    let first = departing(&store, 0, "w1").await.expect("one stream");
    assert_eq!(first.key, "early");
    let second = departing(&store, 0, "w2").await.expect("the other stream");
    assert_eq!(second.key, "apart");
    assert_eq!(departing(&store, 0, "w3").await, None);
    store.release_leases("w1").await.expect("released");
    let again = departing(&store, 0, "w3").await.expect("what `w1` left");
    assert_eq!((again.key.as_str(), again.attempts), ("early", 2));
}

async fn what_happened_is_recorded_even_when_the_lease_was_lost(database: TestDatabase) {
    let (slow, fast) = (database.open().await, database.open().await);
    put(&slow, 0, vec![effect("comment", "text", PutMode::Once)]).await;
    let lost = departing(&slow, 0, "slow").await.expect("the effect");
    let taken = departing(&fast, 61, "fast").await.expect("the effect");
    let retry = slow.retry_effect(lost.id, at(600), "time-out").await;
    assert!(
        matches!(retry, Err(StoreError::LeaseLost { .. })),
        "{retry:?}"
    );
    let finish = slow.finish_effect(
        lost.id,
        lost.generation,
        Some("1".to_owned()),
        vec![event("receipt", "r1")],
        at(62),
    );
    finish.await.expect("recorded");
    let remote = fast.remote_of("comment").await.expect("an answer");
    assert_eq!(remote.as_deref(), Some("1"));
    let finish = fast.finish_effect(
        taken.id,
        taken.generation,
        None,
        vec![event("receipt", "r1")],
        at(63),
    );
    finish.await.expect("recorded");
    assert_eq!(next_key(&fast, 63, "w").await.as_deref(), Some("receipt"));
    assert_eq!(next_key(&fast, 63, "w").await, None, "one receipt");
    assert_eq!(departing(&fast, 999, "w").await, None);
}

async fn a_try_that_broke_off_is_made_again_at_once(database: TestDatabase) {
    let store = database.open().await;
    put(&store, 0, vec![effect("mail", "text", PutMode::Once)]).await;
    let leased = departing(&store, 0, "w").await.expect("the effect");
    drop(store.work_on_effect(leased.id));
    let again = departing(&store, 0, "w").await.expect("the effect again");
    assert_eq!((again.id, again.attempts), (leased.id, 2));
}

/// A mail to an address of its own.
fn mail(address: &str, seconds: i64) -> EffectRow {
    EffectRow {
        channel: "email".to_owned(),
        stream: format!("email:{address}"),
        due: at(seconds),
        ..effect(address, "", PutMode::Once)
    }
}

/// The next mail that is sent.
async fn sending(store: &Store) -> Option<(i64, String)> {
    let leased = store.lease_effect("email", at(2), LEASE, "w").await;
    let leased = leased.expect("a lease or nothing")?;
    Some((leased.id, leased.key))
}

async fn installations_take_turns_on_the_way_out(database: TestDatabase) {
    let store = database.open().await;
    let noise = (0..4).map(|number| mail(&format!("noisy-{number}"), 0));
    put_by(&store, 1, 0, noise.collect()).await;
    for installation in [2, 3] {
        let quiet = mail(&format!("quiet-{installation}"), 1);
        put_by(&store, installation, 1, vec![quiet]).await;
    }
    let mut keys = Vec::new();
    while let Some((_, key)) = sending(&store).await {
        keys.push(key);
    }
    let expected = [
        "noisy-0", "quiet-2", "quiet-3", "noisy-1", "noisy-2", "noisy-3",
    ];
    assert_eq!(keys, expected);
}

async fn an_installation_has_no_more_than_its_share_of_the_way_out(database: TestDatabase) {
    let store = database.open().await;
    store.share_among_installations("email", 2);
    let noise = ["a", "b", "c"].map(|address| mail(address, 0));
    put_by(&store, 1, 0, noise.to_vec()).await;
    put_by(&store, 2, 1, vec![mail("d", 1)]).await;
    let (a, key) = sending(&store).await.expect("one of the first");
    assert_eq!(key, "a");
    for expected in ["d", "b"] {
        assert_eq!(sending(&store).await.expect("another").1, expected);
    }
    assert_eq!(sending(&store).await, None, "two are under way");
    let finish = store.finish_effect(a, 1, None, vec![], at(2));
    finish.await.expect("finished");
    assert_eq!(sending(&store).await.expect("the third").1, "c");
}

async fn a_stream_rests_as_a_whole_and_that_counts_as_no_try(database: TestDatabase) {
    let store = database.open().await;
    let apart = EffectRow {
        stream: "6".to_owned(),
        ..effect("apart", "", PutMode::Once)
    };
    let behind = effect("behind", "", PutMode::Once);
    let first = effect("first", "", PutMode::Once);
    put(&store, 0, vec![first, behind, apart]).await;
    let first = departing(&store, 0, "w").await.expect("the first");
    assert_eq!((first.key.as_str(), first.attempts), ("first", 1));
    let rest = store.rest_stream_of(first.id, at(30));
    rest.await.expect("it rests");
    let other = departing(&store, 1, "w").await.expect("another stream");
    assert_eq!(other.key, "apart");
    assert_eq!(departing(&store, 29, "w").await, None);
    let again = departing(&store, 30, "w").await.expect("after the rest");
    assert_eq!((again.key.as_str(), again.attempts), ("first", 1));
    let lost = store.rest_stream_of(other.id + 100, at(60)).await;
    assert!(
        matches!(lost, Err(StoreError::LeaseLost { .. })),
        "{lost:?}"
    );
}
