//! The API's description, made from the handlers themselves: `/v1/openapi.json`.
//!
//! A handler tells what is its own: body, answer, query. What is the same for all is added here by
//! name: path and well-known query parameters, the scope, and the problems that can happen.
//!
//! **Invariant:** it is the same as api/openapi.json, which is checked in.

mod pages;
mod problems;

#[cfg(test)]
pub(crate) use problems::REFUSALS;

use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

const PATH: &str = "/v1/openapi.json";
/// What reads a thing: where GET is taken, so is HEAD.
const READS: &str = "GET, HEAD";
/// What a person reads first.
const ABOUT: &str = "A stock exchange. Decimals and ids are strings, times are RFC 3339 in UTC, \
    unknown fields are refused. Every write may be repeated under the same request id. \
    Errors: api/errors.md; events: api/events.md.";

/// What belongs together, in the order it is read.
const TAGS: [(&str, &str); 11] = [
    ("accounts", "Accounts and what they hold"),
    ("payments", "Money and shares, in and out"),
    ("orders", "Place, replace, cancel and look up orders"),
    ("market", "Instruments, depth and trades"),
    ("history", "What was, from the store: complete, and a moment behind"),
    ("reports", "Profit and return, the leaderboard, a day's statement, lists as CSV"),
    ("instruments", "Listing and changing instruments"),
    ("stream", "Live events"),
    ("identity", "People, logins and API keys"),
    ("admin", "Running the venue"),
    ("server", "Whether the venue answers"),
];

/// Parameters of paths: a path that has one of these names is completed by it.
const PATH_PARAMETERS: [(&str, &str, &str, &str); 9] = [
    ("user", "Id", "The user's number", "2"),
    ("key", "Id", "The key's number", "1"),
    ("login", "Id", "The login's number", "1"),
    ("account", "Id", "The account's id", "1"),
    ("order", "Id", "The order's id", "1"),
    ("payment", "Id", "The payment's id", "3"),
    ("client_order_id", "RequestName", "The order's latest client order id", "my-1"),
    ("client_request_id", "RequestName", "The client's name for the payment", "pay-1"),
    ("symbol", "Symbol", "The instrument's short code", "PETR4"),
];

/// Operations that are a POST for their body's sake: they read, and change nothing.
const QUESTIONS: [&str; 1] = ["orders_preview"];

/// Operations of the operator that are no single command, so that no request id names them.
const UNNAMED: [&str; 3] = ["admin_reset_password", "admin_remove_user", "admin_set_grants"];

/// Parameters of queries that mean the same wherever they stand.
const QUERY_PARAMETERS: [(&str, &str); 3] = [
    ("limit", "Rows of a page; 100 unless asked otherwise"),
    ("cursor", "`next_cursor` of the page before"),
    ("levels", "Levels of each side; 20 unless asked otherwise"),
];

/// The whole description, of all routes: what `/v1/openapi.json` serves.
pub fn document() -> &'static str {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
        let document = complete(crate::router::routes().into_openapi());
        serde_json::to_string_pretty(&document).expect("a document is plain data") + "\n"
    });
    &DOCUMENT
}

/// The routes of the description and of the pages.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(PATH, get(serve)).merge(pages::router())
}

/// The methods that a path takes, as `Allow` lists them. What is not described is only read.
pub(crate) fn methods(path: &str) -> &'static str {
    static METHODS: LazyLock<Vec<(String, String)>> = LazyLock::new(described_methods);
    let fits = |template: &str| {
        let (parts, named) = (path.split('/'), template.split('/'));
        parts.clone().count() == named.clone().count()
            && named.zip(parts).all(|(named, part)| named.starts_with('{') || named == part)
    };
    let fitting = METHODS.iter().filter(|(template, _)| fits(template));
    // The one that says most of the path is its own.
    let own = fitting.min_by_key(|(template, _)| template.matches('{').count());
    own.map_or(READS, |(_, methods)| methods)
}

/// Each path of the description and its methods.
fn described_methods() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(document()).expect("it was just written");
    let listed = |item: &Value| {
        let methods = item.as_object().expect("a path has operations").keys();
        let named = methods.map(|method| match method.as_str() {
            "get" => READS.to_owned(),
            other => other.to_uppercase(),
        });
        named.collect::<Vec<_>>().join(", ")
    };
    let paths = document["paths"].as_object().expect("a document has paths");
    paths.iter().map(|(path, item)| (path.clone(), listed(item))).collect()
}

async fn serve() -> impl IntoResponse {
    let media_type = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, media_type)], Bytes::from_static(document().as_bytes()))
}

/// Adds what the handlers do not repeat.
fn complete(document: OpenApi) -> Value {
    let mut document = serde_json::to_value(document).expect("a document is plain data");
    document["info"] = json!({
        "title": "Rialto",
        "version": env!("CARGO_PKG_VERSION"),
        "description": ABOUT,
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    });
    let tags = TAGS.iter().map(|(name, about)| json!({"name": name, "description": about}));
    document["tags"] = tags.collect();
    document["components"]["securitySchemes"] = json!({
        "key": {"type": "http", "scheme": "bearer", "description": "An API key"},
    });
    let paths = document["paths"].as_object_mut().expect("a document has paths");
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().expect("a path has operations") {
            complete_operation(path, method, operation);
        }
    }
    document
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let name = operation["operationId"].as_str().unwrap_or_default();
    let tag = operation["tags"][0].as_str().expect("an operation has a tag");
    assert!(TAGS.iter().any(|(known, _)| *known == tag), "{tag} is not described");
    let operation_id = format!("{tag}_{name}");
    let is_write = method != "get" && !QUESTIONS.contains(&operation_id.as_str());
    let is_named = is_write && tag != "identity" && !UNNAMED.contains(&operation_id.as_str());
    operation["operationId"] = operation_id.into();
    if operation.get("requestBody").is_some() {
        operation["requestBody"]["required"] = (method != "delete").into();
    }
    let security = operation.get("security").cloned();
    operation["security"] = match security {
        None => json!([{"key": ["read"]}]),
        Some(security) if security == json!([{}]) => json!([]),
        Some(security) => security,
    };
    complete_parameters(path, operation);
    if is_named {
        add_parameter(operation, request_id());
    }
    if !is_write && path.starts_with("/v1/") {
        add_parameter(operation, min_seq());
    }
    problems::add(is_write, operation);
}

fn complete_parameters(path: &str, operation: &mut Value) {
    let given = operation["parameters"].take();
    let mut given = given.as_array().cloned().unwrap_or_default();
    for parameter in &mut given {
        let known = QUERY_PARAMETERS.iter().find(|(name, _)| parameter["name"] == *name);
        if let (Some((_, about)), None) = (known, parameter.get("description")) {
            parameter["description"] = (*about).into();
        }
    }
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all = names.map(path_parameter).collect::<Vec<_>>();
    all.append(&mut given);
    if all.is_empty() {
        operation.as_object_mut().map(|members: &mut Map<_, _>| members.remove("parameters"));
    } else {
        operation["parameters"] = all.into();
    }
}

fn add_parameter(operation: &mut Value, parameter: Value) {
    match operation["parameters"].as_array_mut() {
        Some(parameters) => parameters.push(parameter),
        None => operation["parameters"] = json!([parameter]),
    }
}

fn request_id() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "The request id, where the body has none",
        "schema": {"$ref": "#/components/schemas/RequestName"},
    })
}

fn min_seq() -> Value {
    json!({
        "name": "min_seq", "in": "query", "required": false,
        "description": "Answer only what includes this command; waits at most 1 s",
        "schema": {"type": "integer", "format": "int64", "minimum": 0},
    })
}

fn path_parameter(name: &str) -> Value {
    let known = PATH_PARAMETERS.iter().find(|(known, ..)| *known == name);
    let (_, schema, about, example) = known.expect("a path's parameter is described");
    json!({
        "name": name, "in": "path", "required": true, "description": about, "example": example,
        "schema": {"$ref": format!("#/components/schemas/{schema}")},
    })
}
