//! Reading `gates:` and `break_glass:` of a policy file, and their part of the JSON Schema.

use jiff::SignedDuration;
use serde_json::{Value as Json, json};

use super::{
    BreakGlass,
    gates::{GateName, GateSaid, Gates, Opens, Then},
    read::Reader,
    schema::{duration, object},
};
use crate::domain::yaml::Node;

const GATE_KEYS: [&str; 5] = ["within", "remind", "grace", "then", "escalate"];
const BREAK_GLASS_KEYS: [&str; 5] = ["who", "confirm", "within", "lasts", "start"];
const THEN: [(&str, Then); 2] = [("hold", Then::Hold), ("cancel", Then::Cancel)];
const OPENS: [(&str, Opens); 2] = [("confirmed", Opens::Confirmed), ("at-once", Opens::AtOnce)];

/// Reminders that come faster are noise.
const LEAST_REMIND: SignedDuration = SignedDuration::from_mins(5);

/// The gates that can end in `then: cancel`: those before the deployment, and a hold.
fn may_cancel(name: GateName) -> bool {
    !matches!(name, GateName::Deployment | GateName::Verification)
}

impl Reader<'_> {
    /// `gates:` of the file or of a template.
    pub(super) fn gates(&mut self, node: &Node) -> Gates {
        let mut gates = Gates::default();
        let mut known = GateName::IN_FILE.map(GateName::word).to_vec();
        known.push("escalate");
        for (key, node) in self.pairs(node, &known) {
            let name = GateName::IN_FILE
                .into_iter()
                .find(|name| name.word() == key.text);
            match name {
                Some(name) => {
                    let said = self.gate(name, node);
                    gates.said.insert(name, said);
                }
                None => gates.escalate = Some(self.mentions(node)),
            }
        }
        gates
    }

    fn gate(&mut self, name: GateName, node: &Node) -> GateSaid {
        let mut said = GateSaid::default();
        for (key, node) in self.pairs(node, &GATE_KEYS) {
            match key.text.as_str() {
                "within" if name == GateName::Announcement => self.say(
                    key.place,
                    "the announcement's deadline is the start of the window less the `notice`",
                    "take the line out",
                ),
                "within" => said.within = Some(self.longer(node)),
                "remind" => said.remind = Some(self.apart(node)),
                "grace" => said.grace = Some(self.duration(node)),
                "then" => said.then = self.end_of(name, node),
                _ => said.escalate = Some(self.mentions(node)),
            }
        }
        said
    }

    fn end_of(&mut self, name: GateName, node: &Node) -> Option<Then> {
        let then = self.one_of(node, &THEN)?;
        if then == Then::Cancel && !may_cancel(name) {
            let message = "a deployment that has started is not cancelled by the clock";
            self.say(node.place, message, "write `hold`");
        }
        if then == Then::Hold && name == GateName::Hold {
            let message = "what is on hold already can only be cancelled";
            self.say(node.place, message, "write `cancel`");
        }
        Some(then)
    }

    fn longer(&mut self, node: &Node) -> SignedDuration {
        let length = self.duration(node);
        if length.is_zero() {
            self.say(node.place, "a deadline needs some time", "write `3d`");
        }
        length
    }

    fn apart(&mut self, node: &Node) -> SignedDuration {
        let length = self.duration(node);
        if !length.is_zero() && length < LEAST_REMIND {
            let message = "reminders stand at least five minutes apart";
            self.say(node.place, message, "write `1d`, or `0m` for none");
        }
        length
    }

    /// Whom to mention: `@login` and `@org/team`.
    fn mentions(&mut self, node: &Node) -> Vec<String> {
        let mut mentions = Vec::new();
        for node in self.list(node) {
            let text = self.text(node);
            if is_mention(&text) {
                mentions.push(text);
            } else {
                let message = format!("`{text}` is nobody who could be mentioned");
                self.say(node.place, message, "write `\"@ana\"` or `\"@acme/sre\"`");
            }
        }
        mentions
    }

    /// `break_glass:` of the file or of a template.
    pub(super) fn break_glass(&mut self, node: &Node) -> Option<BreakGlass> {
        let (mut who, mut confirm) = (None, None);
        let mut within = SignedDuration::from_hours(1);
        let mut lasts = SignedDuration::from_hours(24);
        let mut opens = Opens::Confirmed;
        for (key, node) in self.pairs(node, &BREAK_GLASS_KEYS) {
            match key.text.as_str() {
                "who" => who = self.rule(node),
                "confirm" => confirm = self.rule(node),
                "within" => within = self.longer(node),
                "lasts" => lasts = self.longer(node),
                _ => opens = self.one_of(node, &OPENS).unwrap_or(opens),
            }
        }
        let Some(who) = who else {
            let message = "`break_glass` does not say who may use it";
            self.say(node.place, message, "add `who: …`");
            return None;
        };
        Some(BreakGlass {
            confirm: confirm.unwrap_or_else(|| who.clone()),
            who,
            within,
            lasts,
            opens,
        })
    }
}

/// Whether a text is `@login` or `@org/team`, and nothing else.
fn is_mention(text: &str) -> bool {
    let good = |part: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (1..=100).contains(&part.len()) && part.chars().all(fits)
    };
    let Some(name) = text.strip_prefix('@') else {
        return false;
    };
    match name.split_once('/') {
        Some((org, team)) => good(org) && good(team),
        None => good(name),
    }
}

/// The schema of `gates`.
pub(super) fn gates_schema() -> Json {
    let escalate = json!({
        "type": ["array", "null"],
        "items": {"type": "string", "pattern": "^@"},
        "description": "Who is mentioned at the deadline.",
    });
    let gate = |name: &GateName| {
        let ends: Vec<&str> = THEN
            .iter()
            .filter(|(_, then)| *then == Then::Hold || may_cancel(*name))
            .filter(|(_, then)| *then == Then::Cancel || *name != GateName::Hold)
            .map(|(word, _)| *word)
            .collect();
        let mut keys = json!({
            "within": duration("From the beginning of the wait to its deadline."),
            "remind": duration("Between two reminders."),
            "grace": duration("From the deadline to the end of the wait."),
            "then": {"enum": ends, "description": "The end of the wait."},
            "escalate": escalate,
        });
        if let (GateName::Announcement, Some(keys)) = (name, keys.as_object_mut()) {
            keys.remove("within");
        }
        (
            name.word().to_owned(),
            object(&keys, "The times of this gate."),
        )
    };
    let mut keys: serde_json::Map<String, Json> = GateName::IN_FILE.iter().map(gate).collect();
    keys.insert("escalate".to_owned(), escalate.clone());
    object(
        &Json::Object(keys),
        "How long each gate may wait, and what happens then.",
    )
}

/// The schema of `break_glass`.
pub(super) fn break_glass_schema(rule: &Json) -> Json {
    let who = |says: &str| {
        let mut rule = rule.clone();
        rule["description"] = json!(says);
        rule
    };
    let keys = json!({
        "who": who("Who may say `/expedite`."),
        "confirm": who("Who may confirm it, but never the same person; as `who` when not said."),
        "within": duration("Within which time a second person must confirm; `1h` when not said."),
        "lasts": duration("How long the gates stay open once confirmed; `24h` when not said."),
        "start": {
            "enum": OPENS.map(|(word, _)| word),
            "description": "When the deployment may start on it; `confirmed` when not said.",
        },
    });
    let mut schema = object(
        &keys,
        "Who may skip the gates in an emergency; nobody when not said.",
    );
    schema["type"] = json!("object");
    schema["required"] = json!(["who"]);
    schema
}
