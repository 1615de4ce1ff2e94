//! The files that a configuration came from, and whether they still say the same.

use sha2::{Digest, Sha256};
use std::path::PathBuf;

use super::file::File;

/// What a list of files says, without saying it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

/// The fingerprint of these files. A file that cannot be read has one too, so that its coming and going is seen.
#[must_use]
pub fn fingerprint(files: &[PathBuf]) -> Fingerprint {
    let mut hash = Sha256::new();
    for file in files {
        let content = std::fs::read(file).map(Sha256::digest);
        hash.update(content.map_or_else(|_| [0; 32], Into::into));
    }
    Fingerprint(hash.finalize().into())
}

/// The files that hold secrets, or what secrets are checked with.
pub(super) fn secret_files(file: &File) -> Vec<PathBuf> {
    let named = [
        &file.database_url_file,
        &file.github.private_key_file,
        &file.github.webhook_secret_file,
        &file.email.password_file,
        &file.email.ca_file,
        &file.telegram.token_file,
        &file.api.tokens_file,
    ];
    named.into_iter().flatten().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_comes_changes_or_goes_is_seen() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        let look = || fingerprint(std::slice::from_ref(&file));
        let missing = look();
        std::fs::write(&file, "one").expect("a file");
        let one = look();
        std::fs::write(&file, "two").expect("a file");
        let two = look();
        std::fs::write(&file, "one").expect("a file");
        assert_eq!(look(), one);
        std::fs::remove_file(&file).expect("a file");
        assert_eq!(look(), missing);
        assert!(missing != one && one != two);
    }
}
