//! `X-Hub-Signature-256`: HMAC-SHA256 over the raw body, as GitHub documents it under "Validating webhook deliveries".

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Whether the header's value (`sha256=` and 64 hexadecimal digits) signs these bytes with one of the secrets. Several secrets are valid
/// while one is being replaced. The comparison takes the same time wherever the difference is.
#[must_use]
pub fn is_signed(header: &str, body: &[u8], secrets: &[SecretString]) -> bool {
    let Some(Ok(signature)) = header.strip_prefix("sha256=").map(hex::decode) else {
        return false;
    };
    secrets.iter().any(|secret| {
        Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
            .is_ok_and(|mac| mac.chain_update(body).verify_slice(&signature).is_ok())
    })
}

/// The header's value for these bytes, as GitHub would set it.
///
/// # Panics
/// Never: HMAC takes keys of every length.
#[must_use]
pub fn sign(body: &[u8], secret: &SecretString) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .expect("HMAC takes keys of every length");
    let bytes = mac.chain_update(body).finalize().into_bytes();
    format!("sha256={}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From GitHub's documentation.
    const SECRET: &str = "It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello, World!";
    const SIGNATURE: &str =
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn check(header: &str, body: &[u8], secrets: &[&str]) -> bool {
        let secrets: Vec<SecretString> = secrets.iter().map(|s| (*s).into()).collect();
        is_signed(header, body, &secrets)
    }

    #[test]
    fn the_example_of_githubs_documentation_holds() {
        assert!(check(SIGNATURE, BODY, &[SECRET]));
        assert_eq!(sign(BODY, &SECRET.into()), SIGNATURE);
    }

    #[test]
    fn while_a_secret_is_replaced_both_are_good() {
        assert!(check(SIGNATURE, BODY, &["new", SECRET]));
        assert!(check(SIGNATURE, BODY, &[SECRET, "old"]));
    }

    #[test]
    fn anything_else_is_not_a_signature() {
        assert!(!check(SIGNATURE, b"Hello, World?", &[SECRET]));
        assert!(!check(SIGNATURE, BODY, &["another secret"]));
        assert!(!check(SIGNATURE, BODY, &[]));
        assert!(!check(&SIGNATURE[..SIGNATURE.len() - 2], BODY, &[SECRET]));
        assert!(!check(
            &SIGNATURE.replace("sha256=", "sha1="),
            BODY,
            &[SECRET]
        ));
        assert!(!check(&SIGNATURE["sha256=".len()..], BODY, &[SECRET]));
        assert!(!check("sha256=zz", BODY, &[SECRET]));
        assert!(!check("sha256=", BODY, &[SECRET]));
        assert!(!check("", BODY, &[SECRET]));
    }
}
