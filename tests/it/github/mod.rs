//! What Rollcall does when GitHub behaves badly: told to a server on loopback that answers as each story needs.

mod actions;
mod calls;
mod facts;
mod fake;
mod history;
mod missed;
mod partner;
mod permissions;
mod policy;
mod tokens;
mod world;
mod writes;

use rollcall::domain::ids::{InstallationId, Person, Place, Repository, RepositoryId, UserId};

const PKCS1: &str = include_str!("../../fixtures/throwaway-test-key-pkcs1.pem");
const PKCS8: &str = include_str!("../../fixtures/throwaway-test-key-pkcs8.pem");

/// Issue 4 of `acme/shop`.
fn issue_4() -> Place {
    shop().at(4)
}

fn shop() -> Place {
    let repository = Repository {
        id: RepositoryId(9),
        owner: "acme".to_owned(),
        name: "shop".to_owned(),
    };
    Place {
        installation: InstallationId(7),
        repository,
        issue: None,
    }
}

fn alice() -> Person {
    Person {
        id: UserId(11),
        login: "alice".to_owned(),
        bot: false,
    }
}
