//! A template by its name: the repository's own, else one that Rollcall brings.

use super::file::{self, File};
use crate::{
    domain::{
        facts::TemplateFact,
        ids::Place,
        template::{self, builtin},
    },
    github::{app::GithubApp, call::Call, error::GithubError, routes, wire},
};
use std::collections::BTreeSet;

/// Names longer than this are nobody's.
const LONGEST_NAME: usize = 64;

impl GithubApp {
    /// The template `name`: `.github/rollout-templates/NAME.md` on the default branch, else the built-in one.
    ///
    /// # Errors
    /// When GitHub does not answer.
    pub async fn read_template(
        &self,
        place: &Place,
        name: &str,
    ) -> Result<TemplateFact, GithubError> {
        if is_name(name) {
            let path = format!(".github/rollout-templates/{name}.md");
            match file::read(self, place, &call(&routes::TEMPLATE, place, &[name]), &path).await? {
                File::Text { text, .. } => return Ok(understood(&text, &path)),
                File::Unfit { problem, .. } => {
                    return Ok(TemplateFact::Broken {
                        problems: vec![problem],
                    });
                }
                File::Absent => {}
            }
        }
        if let Some(template) = builtin::find(name) {
            return Ok(TemplateFact::Found(Box::new(template)));
        }
        Ok(TemplateFact::Unknown {
            name: name.to_owned(),
            known: self.template_names(place).await?,
        })
    }

    async fn template_names(&self, place: &Place) -> Result<Vec<String>, GithubError> {
        let mut names: BTreeSet<String> = builtin::TEXTS
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        match self
            .call(place, &call(&routes::TEMPLATES, place, &[]))
            .await
        {
            Ok(reply) => {
                if let wire::Contents::Folder(files) = reply.json()? {
                    names.extend(
                        files
                            .iter()
                            .filter_map(|file| file.name.strip_suffix(".md"))
                            .map(str::to_owned),
                    );
                }
            }
            Err(error) if error.is_gone() => {}
            Err(error) => return Err(error),
        }
        Ok(names.into_iter().collect())
    }
}

fn is_name(name: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.len() <= LONGEST_NAME
        && name.chars().all(inside)
}

fn call(route: &routes::Route, place: &Place, more: &[&str]) -> Call {
    let mut arguments = vec![
        place.repository.owner.as_str(),
        place.repository.name.as_str(),
    ];
    arguments.extend(more);
    Call::new(route, &arguments)
}

fn understood(text: &str, path: &str) -> TemplateFact {
    match template::parse(text, path) {
        Ok(template) => TemplateFact::Found(Box::new(template)),
        Err(problems) => TemplateFact::Broken { problems },
    }
}
