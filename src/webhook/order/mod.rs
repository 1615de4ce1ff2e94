//! An order for a rollout, as `POST /api/rollouts` and `rollcall new` give it.

mod read;
#[cfg(test)]
mod tests;

use crate::domain::{event::Request, fields::Fields};
use read::Reader;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The kind under which an order lies in the inbox. Its body is the order as JSON.
pub const KIND: &str = "request";

/// Everything an order may say.
const KEYS: [&str; 12] = [
    "repository",
    "template",
    "title",
    "purpose",
    "components",
    "benefits",
    "impact",
    "contact",
    "rollback_plan",
    "environment",
    "requested_by",
    "key",
];
/// What a component may say.
const COMPONENT_KEYS: [&str; 4] = ["name", "from", "to", "reason"];
/// Most components of one rollout.
const MOST_COMPONENTS: usize = 100;

/// A rollout that somebody with an operator's token asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// `owner/name`; which number and installation it has is not known here.
    pub repository: String,
    /// What is asked for. Its key is `api:` and the order's own key, else `api:` and a hash of the order.
    pub request: Request,
}

/// What is wrong with one field of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The field: `components[0].from`; empty for the order as a whole.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// Reads an order. Purpose, benefits, versions and reasons may be missing: they are asked for on the issue, as everywhere.
///
/// # Errors
/// Every mistake, each with its field.
pub fn parse(body: &[u8]) -> Result<Order, Vec<Mistake>> {
    let mut reader = Reader::default();
    let order = match serde_json::from_slice(body) {
        Ok(Value::Object(order)) => read_order(&mut reader, &order),
        Ok(_) => return Err(whole("the order must be a JSON object".to_owned())),
        Err(error) => return Err(whole(format!("this is not JSON: {error}"))),
    };
    if reader.mistakes.is_empty() {
        Ok(order)
    } else {
        Err(reader.mistakes)
    }
}

fn whole(message: String) -> Vec<Mistake> {
    let field = String::new();
    vec![Mistake { field, message }]
}

fn read_order(reader: &mut Reader, order: &Map<String, Value>) -> Order {
    reader.known_keys(order, "", &KEYS);
    let mut text = |key: &str| reader.text(order, key);
    let (purpose, benefits, impact) = (text("purpose"), text("benefits"), text("impact"));
    let rollback_plan = text("rollback_plan");
    let fields = Fields {
        purpose,
        benefits,
        impact,
        rollback_plan,
        contact: reader.line(order, "", "contact"),
        environment: reader.environment(order),
        components: reader.components(order),
    };
    let line = |text: String| Some(text).filter(|text| !text.is_empty());
    let key = key(reader, order);
    Order {
        repository: reader.repository(order),
        request: Request {
            key,
            template: line(reader.line(order, "", "template")),
            title: line(reader.line(order, "", "title")),
            requested_by: line(reader.line(order, "", "requested_by")),
            fields,
        },
    }
}

/// The same order is the same request. `serde_json` keeps objects sorted, so the order of the keys does not matter.
fn key(reader: &mut Reader, order: &Map<String, Value>) -> String {
    let key = reader.line(order, "", "key");
    if !key.is_empty() {
        return format!("api:{key}");
    }
    let text = Value::Object(order.clone()).to_string();
    format!("api:{}", hex::encode(Sha256::digest(text)))
}
