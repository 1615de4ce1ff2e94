//! The App's key pair. It is written here because it guards nothing: this App exists in sandboxes and tests only, and making a new
//! pair would cost half a second at each start.

/// PEM of the private key.
pub const PRIVATE: &str = include_str!("sandbox-app-key.pem");

/// PEM of the public key, which checks the App's tokens.
pub(crate) const PUBLIC: &str = include_str!("sandbox-app-key.pub.pem");
