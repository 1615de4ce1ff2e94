//! Secrets are replaced while the program runs: nobody restarts it, and nothing is lost in between.

use super::{
    house::{BOT, House, OPERATOR, PASSWORD, PATIENCE, WEBHOOK},
    until,
};
use rollcall::webhook::signature::sign;
use secrecy::SecretString;

impl House {
    /// Posts a delivery that is signed with this secret; the status of the answer.
    async fn posted(&self, delivery: &str, secret: &str) -> u16 {
        let body = r#"{"zen": "Keep it logically awesome."}"#;
        let request = crate::support::partners::client()
            .post(format!("{}/webhook", self.url()))
            .header("content-type", "application/json")
            .header("x-github-event", "ping")
            .header("x-github-delivery", delivery)
            .header(
                "x-hub-signature-256",
                sign(body.as_bytes(), &SecretString::from(secret)),
            )
            .body(body);
        request.send().await.expect("an answer").status().as_u16()
    }

    /// Asks the API with this token; the status of the answer.
    async fn asked(&self, token: &str) -> u16 {
        let request = crate::support::partners::client()
            .get(format!("{}/api/rollouts/ro-000000000000", self.url()))
            .bearer_auth(token);
        request.send().await.expect("an answer").status().as_u16()
    }

    /// Puts a file in place, and waits until the program says that it took what is in it.
    async fn replaced(&self, file: &str, text: &str, key: &str) {
        let said = |log: &str| {
            let lines = log
                .lines()
                .filter(|line| line.contains("secrets were replaced"));
            lines.filter(|line| line.contains(key)).count()
        };
        let before = said(&self.program.log());
        self.program.put(file, text);
        until(file, PATIENCE, async || said(&self.program.log()) > before).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_webhook_secrets_are_good_in_between_and_the_old_one_no_longer_afterwards() {
    let house = House::open("info", |router| router).await;
    assert_eq!(house.posted("1", WEBHOOK).await, 202);
    assert_eq!(house.posted("2", "new-secret-0d6b2a").await, 401);
    let both = format!("new-secret-0d6b2a\n{WEBHOOK}\n");
    house
        .replaced("webhook.secret", &both, "github.webhook_secret")
        .await;
    assert_eq!(house.posted("3", WEBHOOK).await, 202);
    assert_eq!(house.posted("4", "new-secret-0d6b2a").await, 202);
    house
        .replaced(
            "webhook.secret",
            "new-secret-0d6b2a\n",
            "github.webhook_secret",
        )
        .await;
    assert_eq!(house.posted("5", WEBHOOK).await, 401);
    assert_eq!(house.posted("6", "new-secret-0d6b2a").await, 202);

    assert_eq!(house.asked(OPERATOR).await, 404);
    house
        .replaced("api.tokens", "another-operators-token", "api.tokens")
        .await;
    assert_eq!(house.asked(OPERATOR).await, 401);
    assert_eq!(house.asked("another-operators-token").await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_call_is_signed_with_the_new_key_and_the_next_message_sent_with_the_new_login() {
    let house = House::open("info", |router| router).await;
    let at = house.opened().await;
    let key = house.world.add_key();
    house.replaced("key.pem", &key, "github.private_key").await;
    house.world.remove_old_keys();
    house
        .replaced("smtp.password", "new-password", "email.password")
        .await;
    house.mailbox.expect_login("rollcall", "new-password");
    house
        .replaced("telegram.token", "777000:new", "telegram.token")
        .await;
    house.telegram.expect_token("777000:new");

    let tokens = |house: &House| {
        let requests = house.world.requests();
        let tokens = requests
            .iter()
            .filter(|it| it.path.ends_with("/access_tokens"));
        tokens.map(|it| it.status).collect::<Vec<_>>()
    };
    let before = tokens(&house).len();
    house.tick(at, "stakeholder-communication").await;
    assert_eq!(
        tokens(&house).split_off(before),
        [201],
        "signed with the new key"
    );
    until("mail and message", PATIENCE, async || {
        house.mailbox.mails().len() == 1 && house.telegram.chats()[0].messages.len() == 1
    })
    .await;
    let log = house.program.log();
    assert!(!log.contains(PASSWORD) && !log.contains(BOT) && !log.contains(&key[40..90]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_used_leaves_the_old_in_force_and_is_said_once() {
    let house = House::open("info", |router| router).await;
    let said = "the new configuration cannot be used; what was in force stays in force";
    let times = || house.program.log().matches(said).count();

    // Half a file, a key that GitHub does not know, no file at all.
    house
        .program
        .put("key.pem", &house.key[..house.key.len() / 2]);
    house.logged(said).await;
    let foreign = rollcall::sandbox::github::AppKey::generate();
    house.program.put("key.pem", foreign.private());
    until("the foreign key", PATIENCE, async || times() == 2).await;
    house.program.put("webhook.secret", "\n");
    until("the empty secret", PATIENCE, async || times() == 3).await;
    assert_eq!(house.posted("1", WEBHOOK).await, 202);
    house.opened().await;
    assert_eq!(times(), 3);

    house.program.put("key.pem", &house.key);
    house.program.put("webhook.secret", WEBHOOK);
    house.program.hang_up();
    until("the signal", PATIENCE, async || {
        house.program.log().matches("no secret differs").count() == 1
    })
    .await;
    assert_eq!(house.posted("2", WEBHOOK).await, 202);
}
