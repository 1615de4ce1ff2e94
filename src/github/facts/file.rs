//! A file on the default branch.

use crate::{
    domain::{ids::Place, problem::Problem},
    github::{app::GithubApp, call::Call, error::GithubError, wire},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// GitHub's own bound for files that come as JSON.
const LARGEST: u64 = 1_000_000;

/// What stands at a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum File {
    /// A text.
    Text {
        text: String,
        /// `owner/name:path@sha`, for sentences.
        source: String,
    },
    /// Something that is no text that Rollcall would read.
    Unfit { source: String, problem: Problem },
    /// Nothing.
    Absent,
}

/// Reads what the call answers; `path` names it in sentences.
pub(super) async fn read(
    app: &GithubApp,
    place: &Place,
    call: &Call,
    path: &str,
) -> Result<File, GithubError> {
    let contents = match app.call(place, call).await {
        Ok(reply) => reply.json::<wire::Contents>()?,
        Err(error) if error.is_gone() => return Ok(File::Absent),
        Err(error) => return Err(error),
    };
    let source = format!("{}:{path}", place.repository);
    Ok(match contents {
        wire::Contents::Folder(_) => unfit(source, path, "is a folder", "put a file there"),
        wire::Contents::File(file) => match text(&file) {
            Ok(text) => File::Text {
                text,
                source: format!("{source}@{}", file.sha.get(..12).unwrap_or(&file.sha)),
            },
            Err((what, hint)) => unfit(source, path, what, hint),
        },
    })
}

fn text(file: &wire::File) -> Result<String, (&'static str, &'static str)> {
    if file.kind != "file" {
        return Err((
            "is not a plain file",
            "replace the link or submodule by the file itself",
        ));
    }
    if file.size > LARGEST {
        return Err(("is larger than 1 MB", "shorten it"));
    }
    let base64: String = file
        .content
        .iter()
        .flat_map(|content| content.split_whitespace())
        .collect();
    let bytes = STANDARD
        .decode(base64)
        .map_err(|_| ("cannot be read", "save it again as UTF-8"))?;
    String::from_utf8(bytes).map_err(|_| ("is not UTF-8", "save it again as UTF-8"))
}

fn unfit(source: String, path: &str, what: &str, hint: &str) -> File {
    File::Unfit {
        source,
        problem: Problem::at(path, (1, 1), format!("`{path}` {what}"), hint),
    }
}
