use rollcall::store::{Accepted, Arrival, Outcome, Replayed, Routed, StoreError};

use super::world::{at, delivery, event, next, next_key};
use crate::support::database::TestDatabase;

on_both! {
    a_delivery_is_stored_once,
    any_bytes_come_back_as_they_came,
    many_at_once_are_all_stored,
    a_delivery_is_routed_and_handled_in_its_stream,
    a_stream_is_handled_one_at_a_time_in_order,
    a_released_arrival_holds_up_its_stream_and_no_other,
    an_arrival_that_nobody_could_route_holds_up_nobody,
    a_parked_arrival_lets_its_stream_go_on_and_can_be_replayed,
    a_notice_is_stored_together_with_what_it_is_about,
    a_lost_lease_writes_nothing,
    work_that_broke_off_is_taken_up_at_once_and_not_from_under_another,
    a_worker_that_stops_gives_its_leases_back,
    a_row_that_cannot_be_read_is_named_and_parked,
    installations_take_turns,
    an_installation_has_no_more_than_its_share,
    deliveries_of_an_installation_are_routed_beside_those_of_others,
    bodies_are_removed_long_after_they_were_handled,
}

async fn a_delivery_is_stored_once(database: TestDatabase) {
    let store = database.open().await;
    let first = store.accept(delivery("guid-1")).await.expect("stored");
    let again = store.accept(delivery("guid-1")).await.expect("answered");
    assert_eq!((first, again), (Accepted::New, Accepted::Seen));

    let keys = ["guid-1".to_owned(), "guid-2".to_owned()];
    let unknown = store.unknown_keys(&keys).await.expect("an answer");
    assert_eq!(unknown, ["guid-2"]);

    let leased = next(&store, 0, "w").await.expect("the delivery");
    assert_eq!(leased.body, b"body of guid-1");
    assert_eq!((leased.attempts, leased.stream), (1, None));
    assert_eq!(leased.received_at, at(0));
    assert_eq!(leased.installation_target.as_deref(), Some("7"));
}

async fn any_bytes_come_back_as_they_came(database: TestDatabase) {
    let store = database.open().await;
    let bodies = [
        vec![],
        vec![0, 159, 146, 150, 0],
        vec![0xff; 3_000_000],
        "ünïcode \u{0} and CRLF\r\n".as_bytes().to_vec(),
    ];
    for (number, body) in bodies.iter().enumerate() {
        let arrival = Arrival {
            body: body.clone(),
            ..event(&format!("key-{number}"), "o/r#1")
        };
        store.accept(arrival).await.expect("stored");
    }
    for body in bodies {
        let leased = next(&store, 0, "w").await.expect("the next");
        assert!(leased.body == body, "{}: other bytes", leased.key);
        let end = store.finish_arrival(leased.id, Outcome::Handled, at(0));
        end.await.expect("finished");
    }
}

async fn many_at_once_are_all_stored(database: TestDatabase) {
    let store = database.open().await;
    let callers: Vec<_> = (0..300)
        .map(|number| {
            let store = store.clone();
            let key = format!("guid-{}", number % 250);
            tokio::spawn(async move { store.accept(delivery(&key)).await.expect("stored") })
        })
        .collect();
    let mut new = 0;
    for caller in callers {
        new += usize::from(caller.await.expect("a caller") == Accepted::New);
    }
    assert_eq!(new, 250);
    assert_eq!(store.counts().await.expect("counts").inbox_queued, 250);
}

async fn a_delivery_is_routed_and_handled_in_its_stream(database: TestDatabase) {
    let store = database.open().await;
    for key in ["a", "b", "c"] {
        store.accept(delivery(key)).await.expect("stored");
    }
    let a = next(&store, 0, "w1").await.expect("the oldest");
    assert_eq!(
        next_key(&store, 0, "w2").await,
        None,
        "one at a time is routed"
    );
    let routed = store.route(a.id, "o/r#1", Some(5), "w1", at(0)).await;
    assert_eq!(routed.expect("routed"), Routed::Mine);

    let b = next(&store, 0, "w2").await.expect("the next to route");
    let routed = store.route(b.id, "o/r#1", Some(5), "w2", at(0)).await;
    assert_eq!(
        routed.expect("routed"),
        Routed::Later,
        "`a` is not finished"
    );
    let c = next(&store, 0, "w2").await.expect("the next to route");
    let routed = store.route(c.id, "o/r#2", None, "w2", at(0)).await;
    assert_eq!(routed.expect("routed"), Routed::Mine, "another stream");
    assert_eq!(next_key(&store, 0, "w3").await, None);

    let end = store.finish_arrival(a.id, Outcome::Handled, at(1));
    end.await.expect("finished");
    let b = next(&store, 1, "w3").await.expect("`b` at last");
    assert_eq!(
        (b.key.as_str(), b.attempts),
        ("b", 1),
        "routing is no attempt"
    );
    assert_eq!(b.stream.as_deref(), Some("o/r#1"));
}

async fn a_stream_is_handled_one_at_a_time_in_order(database: TestDatabase) {
    let store = database.open().await;
    for (key, stream) in [("a1", "a"), ("b1", "b"), ("a2", "a"), ("b2", "b")] {
        store.accept(event(key, stream)).await.expect("stored");
    }
    let first = next(&store, 0, "w1").await.expect("one stream");
    let second = next(&store, 0, "w2").await.expect("the other stream");
    let mut keys = [first.key.clone(), second.key.clone()];
    keys.sort();
    assert_eq!(keys, ["a1", "b1"]);
    assert_eq!(next_key(&store, 0, "w3").await, None);
    let end = store.finish_arrival(first.id, Outcome::Ignored("no".to_owned()), at(0));
    end.await.expect("finished");
    let third = next(&store, 0, "w3")
        .await
        .expect("the second of the free stream");
    assert_eq!(third.key, first.key.replace('1', "2"));
}

async fn a_released_arrival_holds_up_its_stream_and_no_other(database: TestDatabase) {
    let store = database.open().await;
    store.accept(event("a1", "a")).await.expect("stored");
    let a1 = next(&store, 0, "w").await.expect("`a1`");
    let release = store.release_arrival(a1.id, at(30), "GitHub answered 502");
    release.await.expect("released");
    store.accept(event("a2", "a")).await.expect("stored");
    store.accept(event("b1", "b")).await.expect("stored");

    assert_eq!(next_key(&store, 29, "w").await.as_deref(), Some("b1"));
    assert_eq!(
        next_key(&store, 29, "w").await,
        None,
        "`a2` waits behind `a1`"
    );
    let again = next(&store, 30, "w").await.expect("`a1` again");
    assert_eq!((again.key.as_str(), again.attempts), ("a1", 2));
}

async fn an_arrival_that_nobody_could_route_holds_up_nobody(database: TestDatabase) {
    let store = database.open().await;
    store.accept(delivery("odd")).await.expect("stored");
    store.accept(delivery("fine")).await.expect("stored");
    let odd = next(&store, 0, "w").await.expect("the oldest");
    let release = store.release_arrival(odd.id, at(600), "it panicked");
    release.await.expect("released");
    let fine = next(&store, 0, "w").await.expect("the one behind it");
    assert_eq!(fine.key, "fine");
    let end = store.finish_arrival(fine.id, Outcome::Handled, at(0));
    end.await.expect("finished");
    let again = next(&store, 600, "w2").await.expect("a second try");
    let odd = (again.key.as_str(), again.attempts, again.stream);
    assert_eq!(odd, ("odd", 2, None));
}

async fn a_parked_arrival_lets_its_stream_go_on_and_can_be_replayed(database: TestDatabase) {
    let store = database.open().await;
    store.accept(event("a1", "a")).await.expect("stored");
    store.accept(event("a2", "a")).await.expect("stored");
    let a1 = next(&store, 0, "w").await.expect("`a1`");
    let park = store.park_arrival(a1.id, "given up after 5 tries", Vec::new());
    park.await.expect("parked");
    let a2 = next(&store, 0, "w").await.expect("`a2`");
    assert_eq!(a2.key, "a2");
    let counts = store.counts().await.expect("counts");
    assert_eq!((counts.inbox_parked, counts.inbox_queued), (1, 1));
    let parked = store.list_parked(10).await.expect("a list");
    assert_eq!(parked[0].reason, "given up after 5 tries");

    let replayed = store.replay("a1", at(9)).await.expect("an answer");
    assert_eq!(replayed, Replayed::Yes);
    let unknown = store.replay("a9", at(9)).await.expect("an answer");
    assert_eq!(unknown, Replayed::Unknown);
    assert_eq!(
        next_key(&store, 9, "w").await,
        None,
        "`a2` is being handled"
    );
    let unreadable = Outcome::Unreadable("not JSON\u{0}".to_owned());
    let end = store.finish_arrival(a2.id, unreadable, at(9));
    end.await.expect("finished");
    let again = next(&store, 9, "w").await.expect("`a1` again");
    assert_eq!((again.key.as_str(), again.attempts), ("a1", 1));
    assert_eq!(store.counts().await.expect("counts").inbox_unreadable, 1);
}

async fn work_that_broke_off_is_taken_up_at_once_and_not_from_under_another(
    database: TestDatabase,
) {
    let store = database.open().await;
    store.accept(event("a1", "a")).await.expect("stored");
    let a1 = next(&store, 0, "w").await.expect("`a1`");
    let work = store.work_on_arrival(a1.id);
    assert_eq!(next_key(&store, 0, "w").await, None, "it is worked on");
    drop(work);
    let again = next(&store, 1, "w").await.expect("`a1` again");
    assert_eq!((again.key.as_str(), again.attempts), ("a1", 2));

    // This one outlasts its lease. When it ends at last, another has begun.
    let late = store.work_on_arrival(again.id);
    let third = next(&store, 100, "w").await.expect("`a1` once more");
    drop(late);
    assert_eq!(next_key(&store, 100, "w").await, None, "it is worked on");
    let end = store.finish_arrival(third.id, Outcome::Handled, at(101));
    end.await.expect("finished");
    drop(store.work_on_arrival(third.id));
    assert_eq!(next_key(&store, 200, "w").await, None, "all is done");
}

async fn a_notice_is_stored_together_with_what_it_is_about(database: TestDatabase) {
    let store = database.open().await;
    store.accept(event("a1", "a")).await.expect("stored");
    let a1 = next(&store, 0, "w").await.expect("`a1`");
    let notices = vec![event("n2", "b"), event("n1", "a")];
    let park = store.park_arrival(a1.id, "in vain", notices.clone());
    park.await.expect("parked");
    let counts = store.counts().await.expect("counts");
    assert_eq!((counts.inbox_parked, counts.inbox_queued), (1, 2));
    for _ in 0..2 {
        let leased = next(&store, 0, "w").await.expect("a notice");
        let again = store.park_arrival(leased.id, "in vain", notices.clone());
        again
            .await
            .expect("a notice that is known is no second one");
    }
    let counts = store.counts().await.expect("counts");
    assert_eq!((counts.inbox_parked, counts.inbox_queued), (3, 0));
}

async fn a_lost_lease_writes_nothing(database: TestDatabase) {
    let (slow, fast) = (database.open().await, database.open().await);
    slow.accept(event("a1", "a")).await.expect("stored");
    let lost = next(&slow, 0, "slow").await.expect("`a1`");
    assert_eq!(next_key(&fast, 59, "fast").await, None);
    let taken = next(&fast, 60, "fast")
        .await
        .expect("`a1`, after the lease");
    assert_eq!((taken.key.as_str(), taken.attempts), ("a1", 2));

    let notice = vec![event("n1", "a")];
    let park = slow.park_arrival(lost.id, "late", notice).await;
    assert!(matches!(park, Err(StoreError::LeaseLost { .. })));
    let end = slow.finish_arrival(lost.id, Outcome::Handled, at(61)).await;
    assert!(matches!(end, Err(StoreError::LeaseLost { .. })), "{end:?}");
    let release = slow.release_arrival(lost.id, at(61), "late").await;
    assert!(matches!(release, Err(StoreError::LeaseLost { .. })));
    let end = fast.finish_arrival(taken.id, Outcome::Handled, at(61));
    end.await.expect("finished");
    assert_eq!(next_key(&slow, 999, "slow").await, None);
}

async fn a_worker_that_stops_gives_its_leases_back(database: TestDatabase) {
    let store = database.open().await;
    store.accept(event("a1", "a")).await.expect("stored");
    store.accept(event("b1", "b")).await.expect("stored");
    let leased = next(&store, 0, "stops").await.expect("one");
    next(&store, 0, "goes on").await.expect("the other");
    store.release_leases("stops").await.expect("released");
    let again = next(&store, 0, "new").await.expect("the released one");
    assert_eq!(again.key, leased.key);
    assert_eq!(next_key(&store, 0, "new").await, None);
}

async fn a_row_that_cannot_be_read_is_named_and_parked(database: TestDatabase) {
    let store = database.open().await;
    store.accept(delivery("odd")).await.expect("stored");
    store.accept(delivery("fine")).await.expect("stored");
    database
        .execute("UPDATE inbox SET source = 'mars' WHERE key = 'odd'")
        .await;
    let error = store.lease_arrival(at(0), super::world::LEASE, "w").await;
    let text = error.expect_err("an unreadable row").to_string();
    assert_eq!(
        text,
        "table `inbox`, row `1`, column `source` cannot be read"
    );
    assert_eq!(next_key(&store, 0, "w").await.as_deref(), Some("fine"));
    assert_eq!(store.list_parked(9).await.expect("a list")[0].reason, text);
}

/// A delivery that shows whose it is.
fn delivery_of(installation: i64, key: &str) -> Arrival {
    Arrival {
        installation: Some(installation),
        ..delivery(key)
    }
}

async fn installations_take_turns(database: TestDatabase) {
    let store = database.open().await;
    for number in 0..5 {
        let mut noisy = event(&format!("noisy-{number}"), &format!("n#{number}"));
        noisy.installation = Some(1);
        store.accept(noisy).await.expect("stored");
    }
    for installation in [2, 3] {
        let mut quiet = event(&format!("quiet-{installation}"), "one");
        quiet.stream = Some(format!("q#{installation}"));
        quiet.installation = Some(installation);
        quiet.received_at = at(1);
        store.accept(quiet).await.expect("stored");
    }
    let mut keys = Vec::new();
    while let Some(key) = next_key(&store, 2, "w").await {
        keys.push(key);
    }
    let expected = [
        "noisy-0", "quiet-2", "quiet-3", "noisy-1", "noisy-2", "noisy-3", "noisy-4",
    ];
    assert_eq!(keys, expected);
}

async fn an_installation_has_no_more_than_its_share(database: TestDatabase) {
    let store = database.open().await;
    store.share_among_installations("inbox", 2);
    for (installation, key) in [(1, "a"), (1, "b"), (1, "c"), (2, "d")] {
        let mut arrival = event(key, key);
        arrival.installation = Some(installation);
        store.accept(arrival).await.expect("stored");
    }
    let a = next(&store, 0, "w").await.expect("one of the first");
    assert_eq!((a.key.as_str(), a.stream.as_deref()), ("a", Some("a")));
    assert_eq!(next_key(&store, 0, "w").await.as_deref(), Some("d"));
    assert_eq!(next_key(&store, 0, "w").await.as_deref(), Some("b"));
    assert_eq!(next_key(&store, 0, "w").await, None, "two are under work");
    let end = store.finish_arrival(a.id, Outcome::Handled, at(0));
    end.await.expect("finished");
    assert_eq!(next_key(&store, 0, "w").await.as_deref(), Some("c"));
}

async fn deliveries_of_an_installation_are_routed_beside_those_of_others(database: TestDatabase) {
    let store = database.open().await;
    for (installation, key) in [(1, "a1"), (1, "a2"), (2, "b1")] {
        let arrival = delivery_of(installation, key);
        store.accept(arrival).await.expect("stored");
    }
    let a1 = next(&store, 0, "w1").await.expect("the first of one");
    let b1 = next(&store, 0, "w2").await.expect("the first of the other");
    assert_eq!((a1.key.as_str(), b1.key.as_str()), ("a1", "b1"));
    assert_eq!((a1.stream.as_ref(), b1.stream.as_ref()), (None, None));
    assert_eq!(next_key(&store, 0, "w3").await, None, "in order");
    let put_off = store.release_arrival(a1.id, at(30), "nobody knows");
    put_off.await.expect("released");
    assert_eq!(next_key(&store, 0, "w3").await.as_deref(), Some("a2"));
    assert_eq!(next_key(&store, 30, "w3").await.as_deref(), Some("a1"));
}

async fn bodies_are_removed_long_after_they_were_handled(database: TestDatabase) {
    let store = database.open().await;
    for key in ["handled", "given up", "waiting"] {
        store.accept(event(key, key)).await.expect("stored");
    }
    for _ in 0..2 {
        let leased = next(&store, 0, "w").await.expect("an arrival");
        match leased.key.as_str() {
            "handled" => {
                store
                    .finish_arrival(leased.id, Outcome::Handled, at(0))
                    .await
            }
            "given up" => store.park_arrival(leased.id, "no", Vec::new()).await,
            _ => store.release_arrival(leased.id, at(1), "later").await,
        }
        .expect("ended");
    }
    let prune = async |before| store.prune_bodies(at(before), 10).await.expect("pruned");
    assert_eq!(prune(0).await, 0, "it ended just now");
    assert_eq!(prune(100).await, 1);
    assert_eq!(prune(100).await, 0);

    let again = store.accept(event("handled", "handled")).await;
    assert_eq!(again.expect("answered"), Accepted::Seen);
    let replay = async |key| store.replay(key, at(200)).await.expect("an answer");
    assert_eq!(replay("handled").await, Replayed::Gone);
    assert_eq!(replay("given up").await, Replayed::Yes);
    let mut bodies = Vec::new();
    while let Some(leased) = next(&store, 200, "w").await {
        bodies.push(String::from_utf8(leased.body).expect("text"));
    }
    bodies.sort();
    assert_eq!(bodies, ["body of given up", "body of waiting"]);
}
