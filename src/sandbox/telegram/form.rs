//! Arguments of a call: JSON, a plain form, or a multipart form with a file.

use axum::{
    body::Bytes,
    http::{HeaderMap, header::CONTENT_TYPE},
};
use serde_json::{Map, Value, json};

/// Reads the arguments by their content type. A file becomes an object with `name` and `content`.
pub(super) fn arguments(
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Map<String, Value>, &'static str> {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    if let Some((_, boundary)) = kind.split_once("boundary=") {
        return Ok(multipart(boundary.trim_matches('"'), body));
    }
    if kind.starts_with("application/json") && !body.is_empty() {
        return serde_json::from_slice(body).map_err(|_| "can't parse JSON");
    }
    let pairs = url::form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())));
    Ok(pairs.collect())
}

fn multipart(boundary: &str, body: &[u8]) -> Map<String, Value> {
    let text = String::from_utf8_lossy(body);
    let line = format!("--{boundary}");
    let parts = text.split(&line).skip(1);
    parts
        .filter_map(|part| field(part.trim_start_matches("\r\n")))
        .collect()
}

fn field(part: &str) -> Option<(String, Value)> {
    let (headers, content) = part.split_once("\r\n\r\n")?;
    let content = content.strip_suffix("\r\n").unwrap_or(content);
    let name = attribute(headers, "name")?;
    let value = match attribute(headers, "filename") {
        Some(file) => json!({"name": file, "content": content}),
        None => json!(content),
    };
    Some((name, value))
}

fn attribute(headers: &str, name: &str) -> Option<String> {
    let (_, rest) = headers.split_once(&format!(" {name}=\""))?;
    Some(rest.split('"').next()?.to_owned())
}
