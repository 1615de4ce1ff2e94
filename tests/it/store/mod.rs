//! The store, on both databases.

/// Runs each named story on both databases.
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        $(mod $story {
            use crate::support::database::TestDatabase;

            #[tokio::test]
            async fn sqlite() {
                super::$story(TestDatabase::sqlite()).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$story(TestDatabase::postgres().await).await;
            }
        })+
    };
}

mod world;

mod commit;
mod concurrency;
mod inbox;
mod outbox;
mod place;
mod plans;
mod rollouts;
