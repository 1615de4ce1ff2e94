//! Only the right signature passes, whatever is sent in its place.

use rollcall::webhook::signature::{is_signed, sign};

/// Half of the inputs begin with a header of their own, the others change bytes of the right one; the rest is the body.
pub fn hold(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else {
        return;
    };
    let secret = "It's a Secret to Everybody".into();
    let cut = usize::from(choice >> 1).min(bytes.len());
    let (said, body) = bytes.split_at(cut);
    let right = sign(body, &secret);
    let header = if choice.is_multiple_of(2) {
        String::from_utf8_lossy(said).into_owned()
    } else {
        changed(&right, said)
    };
    let good = header.strip_prefix("sha256=").is_some_and(|digits| {
        // The digits may be written large.
        digits.eq_ignore_ascii_case(&right["sha256=".len()..])
    });
    let old = "an older secret".into();
    let both = [old, secret];
    assert_eq!(is_signed(&header, body, &both), good, "{header}");
    assert!(is_signed(&right, body, &both), "the right one passes");
    assert!(
        !is_signed(&header, body, &both[..1]),
        "not with another secret"
    );
    assert!(!is_signed(&header, body, &[]), "not without a secret");
}

/// The right header with bytes changed, named by their places.
fn changed(right: &str, changes: &[u8]) -> String {
    let mut bytes = right.as_bytes().to_vec();
    for change in changes.chunks_exact(2) {
        match usize::from(change[0]) {
            at if at < bytes.len() => bytes[at] = change[1] & 0x7f,
            at if at.is_multiple_of(2) => bytes.truncate(usize::from(change[1])),
            _ => bytes.push(change[1] & 0x7f),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
