//! The comments on an issue as they stand now.

use crate::{
    domain::{
        decide::Look,
        facts::{Comment, Comments},
        ids::{CommentId, Person, Place, UserId},
    },
    github::{app::GithubApp, call::Call, error::GithubError, pages, routes, wire},
};
use std::{convert::Infallible, ops::ControlFlow};

/// An issue takes no more than 2,500 comments on github.com; what is longer is not believed to be whole.
const MOST_PAGES: usize = 75;

impl GithubApp {
    /// The comments of a look: one call for every forty that were written or changed since, and one for each comment that a word rests on
    /// and that is not among them. A listing can be behind; that a comment is gone is only believed when GitHub says so of that comment.
    ///
    /// # Errors
    /// When GitHub does not answer.
    pub async fn read_comments(&self, place: &Place, look: &Look) -> Result<Comments, GithubError> {
        let mut comments = self.list_comments(place, look).await?;
        if comments.len() >= MOST_PAGES * pages::TEXTS_PER_PAGE {
            let why = format!("there are more than {}", comments.len());
            return Ok(Comments::Unread(why));
        }
        for word in &look.words {
            if comments.iter().all(|comment| comment.id != *word) {
                comments.extend(self.read_comment(place, *word).await?);
            }
        }
        Ok(Comments::Read(comments))
    }

    async fn list_comments(&self, place: &Place, look: &Look) -> Result<Vec<Comment>, GithubError> {
        let (owner, name) = (&place.repository.owner, &place.repository.name);
        let number = place.issue.unwrap_or_default().to_string();
        let since = look.since.strftime("%Y-%m-%dT%H%%3A%M%%3A%SZ");
        let size = pages::TEXTS_PER_PAGE;
        let page = |page| {
            Call::new(&routes::COMMENTS, &[owner, name, &number])
                .query(&format!("since={since}&per_page={size}&page={page}"))
        };
        let mut comments = Vec::new();
        let all = |comment: wire::DatedComment| -> ControlFlow<Infallible> {
            comments.push(read(comment));
            ControlFlow::Continue(())
        };
        pages::find(self, place, page, (size, MOST_PAGES), all).await?;
        Ok(comments)
    }

    /// One comment; none when it is gone.
    async fn read_comment(
        &self,
        place: &Place,
        comment: CommentId,
    ) -> Result<Option<Comment>, GithubError> {
        let (owner, name) = (&place.repository.owner, &place.repository.name);
        let number = comment.0.to_string();
        let call = Call::new(&routes::COMMENT, &[owner, name, &number]);
        match self.call_twice(place, &call).await {
            Ok(reply) => Ok(Some(read(reply.json()?))),
            // It went with its issue to another repository.
            Err(GithubError::Redirected { .. }) => Ok(None),
            Err(error) if error.is_gone() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn read(comment: wire::DatedComment) -> Comment {
    let person = |account: wire::Account| Person {
        id: UserId(account.id),
        bot: account.kind.as_deref() == Some("Bot"),
        login: account.login,
    };
    Comment {
        id: CommentId(comment.id),
        author: comment.user.map(person),
        body: comment.body.unwrap_or_default(),
        created_at: comment.created_at,
        updated_at: comment.updated_at,
    }
}
