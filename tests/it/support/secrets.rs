//! Looking for a secret in whatever form it may have taken.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

/// The forms in which a secret may stand in other bytes: as it is, in an address, and in base64, wherever it began there.
pub fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), secret.replace(':', "%3A")];
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend(secret.as_bytes());
        let text = STANDARD_NO_PAD.encode(&bytes);
        // The first and the last characters hold bits of the neighbours too.
        let (first, last) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        forms.push(text[first..last].to_owned());
    }
    forms
}

/// Fails when the secret stands in these bytes in any form.
#[track_caller]
pub fn holds_none(place: &str, bytes: &[u8], name: &str, secret: &str) {
    // Every form is plain ASCII, so what is no text hides none of it.
    let text = String::from_utf8_lossy(bytes);
    for form in forms(secret) {
        assert!(!text.contains(&form), "the {name} stands in {place}");
    }
}

#[test]
fn a_secret_is_found_in_every_form() {
    use base64::engine::general_purpose::STANDARD;
    let secret = "hunter2-and-more";
    let places =
        ["", "a", "ab", "\0user\0"].map(|before| STANDARD.encode(format!("{before}{secret}~")));
    let address = format!("https://host/bot{secret}/send");
    for place in places.iter().chain([&address]) {
        let found = std::panic::catch_unwind(|| holds_none("it", place.as_bytes(), "s", secret));
        assert!(found.is_err(), "{place}");
    }
    holds_none("it", b"hunter and more", "s", secret);
}
