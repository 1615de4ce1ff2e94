//! The App's key pair, made anew for every world: no key lies in the program.

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A key pair as PEM texts.
#[derive(Clone)]
pub struct AppKey {
    pub(crate) private: String,
    pub(crate) public: String,
}

impl AppKey {
    /// A new pair of 2048 bits.
    ///
    /// # Panics
    /// Never on a machine that has random numbers: a fresh key always has its two forms.
    #[must_use]
    pub fn generate() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a machine with random numbers");
        let private: Pkcs8V1Der<'_> = pair.as_der().expect("a fresh key has a form");
        let public: PublicKeyX509Der<'_> =
            pair.public_key().as_der().expect("a fresh key has a form");
        Self {
            private: pem("PRIVATE KEY", private.as_ref()),
            public: pem("PUBLIC KEY", public.as_ref()),
        }
    }

    /// The private half, as PEM.
    #[must_use]
    pub fn private(&self) -> &str {
        &self.private
    }
}

fn pem(kind: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<&str> = (0..base64.len())
        .step_by(64)
        .map(|at| &base64[at..(at + 64).min(base64.len())])
        .collect();
    format!(
        "-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n",
        lines.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_another_and_signs_for_itself() {
        let (one, other) = (AppKey::generate(), AppKey::generate());
        assert_ne!(one.private, other.private);
        assert_ne!(one.public, other.public);
        let claims = serde_json::json!({"iss": "1"});
        let key = jsonwebtoken::EncodingKey::from_rsa_pem(one.private.as_bytes()).expect("a key");
        let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256);
        let token = jsonwebtoken::encode(&header, &claims, &key).expect("a token");
        let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
        rules.validate_exp = false;
        rules.required_spec_claims.clear();
        let opens = |public: &str| {
            let key = jsonwebtoken::DecodingKey::from_rsa_pem(public.as_bytes()).expect("a key");
            jsonwebtoken::decode::<serde_json::Value>(&token, &key, &rules).is_ok()
        };
        assert!(opens(&one.public) && !opens(&other.public));
    }
}
