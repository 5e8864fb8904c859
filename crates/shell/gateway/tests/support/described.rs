//! Whether an answer is one that the API's description promises.

use std::sync::LazyLock;

use axum::http::{Method, StatusCode};
use serde_json::Value;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(gateway::document()).expect("it is JSON"));

/// The whole description.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// Every operation with its path and method.
pub fn operations() -> impl Iterator<Item = (&'static str, Method, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(|(method, operation)| {
            (path.as_str(), method.to_uppercase().parse().unwrap(), operation)
        })
    })
}

/// What a `$ref` leads to; anything else is itself.
pub fn resolved(schema: &'static Value) -> &'static Value {
    match schema["$ref"].as_str() {
        Some(name) => resolved(DOCUMENT.pointer(&name[1..]).expect("it leads somewhere")),
        None => schema,
    }
}

/// Insists that the status, and of a problem the code, stands in the description of what was
/// asked. What is asked of no operation has none.
#[track_caller]
pub fn check(method: &Method, path: &str, status: StatusCode, body: &Value) {
    let asked = operations().filter(|(_, of, _)| of == method);
    // `by-client-id` is a literal where another path has a parameter: the longer one wins.
    let found = asked.filter(|(template, ..)| fits(template, path));
    let Some((_, _, operation)) = found.max_by_key(|(template, ..)| literals(template)) else {
        return;
    };
    let answer = &operation["responses"][status.as_str()];
    let name = operation["operationId"].as_str().unwrap();
    assert!(answer.is_object(), "{name} does not describe {status}: {body}");
    if let Some(code) = body["code"].as_str().filter(|_| status.as_u16() >= 400) {
        let codes = answer["description"].as_str().unwrap();
        assert!(codes.contains(&format!("`{code}`")), "{name} does not describe {code}: {codes}");
    }
}

fn fits(template: &str, path: &str) -> bool {
    let parts = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (wanted, given) = (parts(template), parts(path));
    wanted.len() == given.len()
        && wanted.iter().zip(&given).all(|(part, text)| part.starts_with('{') || part == text)
}

fn literals(template: &str) -> usize {
    template.split('/').filter(|part| !part.starts_with('{')).count()
}
