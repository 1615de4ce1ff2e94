//! How long a body of 65 KB with 500 items takes to read and to compare with the one before.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use rollcall::domain::checklist;

/// A body near GitHub's limit of 65,536 characters.
fn body() -> String {
    let mut body = "### Purpose\n\nSome words here.\n\n".to_owned();
    for item in 0..500 {
        if item % 100 == 0 {
            let _ = writeln!(body, "\n## Phase {}: Planning\n", item / 100 + 1);
        }
        let mark = if item % 3 == 0 { 'x' } else { ' ' };
        let _ = writeln!(
            body,
            "- [{mark}] **Item number {item}:** a sentence that says what is to be done with `code` and more, \
             words, words words. <!-- id: item-{item} -->"
        );
    }
    body
}

fn reading(criterion: &mut Criterion) {
    let before = body();
    let after = before.replacen("[ ]", "[x]", 20);
    assert_eq!(checklist::parse(&before).items.len(), 500);
    criterion.bench_function("parse 65 KB, 500 items", |bench| {
        bench.iter(|| checklist::parse(black_box(&before)));
    });
    criterion.bench_function("flips between two such bodies", |bench| {
        bench.iter(|| checklist::flips(black_box(&before), black_box(&after)));
    });
    criterion.bench_function("flip 20 boxes", |bench| {
        let wanted: Vec<(String, bool)> =
            (0..20).map(|item| (format!("item-{item}"), true)).collect();
        bench.iter(|| checklist::flip(black_box(&before), &wanted));
    });
}

criterion_group!(benches, reading);
criterion_main!(benches);
