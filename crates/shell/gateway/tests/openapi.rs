//! The API's description is what is checked in, names what exists, and opens without a network.

mod support;

use std::path::Path;

use gateway::{Config, document};
use serde_json::Value;
use support::{Exchange, described};

/// Set to anything, the file is written instead of compared: `cargo xtask api` does it.
const REWRITE: &str = "RIALTO_REWRITE_API";

fn checked_in() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../api/openapi.json")
}

#[test]
fn the_description_is_the_one_checked_in() {
    let path = checked_in();
    if std::env::var_os(REWRITE).is_some() {
        std::fs::write(&path, document()).unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(text == document(), "api/openapi.json is not what is served: cargo xtask api");
}

#[tokio::test]
async fn the_description_is_served() {
    let exchange = Exchange::new(Config::default());
    let served = exchange.get("/v1/openapi.json").await.expect(200);
    assert_eq!(served.body, serde_json::from_str::<Value>(document()).unwrap());
}

#[test]
fn every_operation_parameter_and_schema_is_described() {
    let mut names = Vec::new();
    for (path, method, operation) in described::operations() {
        names.push(operation["operationId"].as_str().unwrap());
        assert!(operation["summary"].is_string(), "{method} {path} has no summary");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{method} {path}: {parameter}");
        }
        let is_required = operation["requestBody"]["required"] == true;
        let body = &operation["requestBody"]["content"]["application/json"];
        assert_eq!(is_required, body["example"].is_object(), "{method} {path} has no example");
        let answers = operation["responses"].as_object().unwrap();
        let is_good = |status: &String| status == "101" || status.starts_with('2');
        assert!(answers.keys().any(is_good), "{method} {path}");
        assert!(answers.contains_key("422"), "{method} {path}");
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "two operations have one name");
    assert!(count > 20);
}

#[test]
fn every_reference_leads_somewhere() {
    let text = document();
    let document: Value = serde_json::from_str(text).unwrap();
    for rest in text.split("\"$ref\": \"#").skip(1) {
        let pointer = rest.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
}

/// Of two schemas with one name the description keeps one, and says of the other what is not so.
#[test]
fn no_two_schemas_have_one_name() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut sources = String::new();
    for folder in ["shell/gateway/src", "core/wire/src"] {
        read_sources(&crates.join(folder), &mut sources);
    }
    let (mut names, mut is_schema) = (Vec::new(), false);
    for line in sources.lines() {
        is_schema |= line.contains("derive(") && line.contains("ToSchema");
        is_schema &= !line.contains("schema(as = ");
        let mut words = line.split([' ', '(', '<', ';']);
        if is_schema && words.any(|word| ["struct", "enum"].contains(&word)) {
            names.extend(words.next().map(str::to_owned));
            is_schema = false;
        }
    }
    let count = names.len();
    names.sort_unstable();
    let doubled: Vec<_> = names.windows(2).filter(|two| two[0] == two[1]).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
    assert!(count > 40, "{count}");
}

fn read_sources(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, into);
        } else {
            into.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// A browser without a network shows the page: nothing in it names another host.
#[tokio::test]
async fn the_docs_page_loads_from_here_alone() {
    let exchange = Exchange::new(Config::default());
    let page = exchange.text("/docs/").await;
    let sources = page.split("src=\"").chain(page.split("href=\"")).skip(1);
    let sources: Vec<&str> = sources.filter_map(|rest| rest.split('"').next()).collect();
    let local: Vec<&str> = sources
        .into_iter()
        .filter(|name| name.starts_with("./") || name.ends_with(".css"))
        .collect();
    assert!(local.len() >= 4, "{page}");
    assert!(page.contains("<title>Rialto API</title>"), "{page}");
    assert!(!page.contains("//"), "{page}");
    for name in local {
        let text = exchange.text(&format!("/docs/{}", name.trim_start_matches("./"))).await;
        assert!(!text.is_empty(), "{name}");
    }
    let start = exchange.text("/docs/swagger-initializer.js").await;
    assert!(start.contains("/v1/openapi.json"), "{start}");
    assert!(start.contains("\"validatorUrl\": \"none\""), "{start}");
    assert!(!start.contains("http"), "{start}");
}

#[tokio::test]
async fn whoever_begins_at_the_root_is_told_where_to_go() {
    let exchange = Exchange::new(Config::default());
    let page = exchange.text("/").await;
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let links: Vec<&str> = links.collect();
    assert_eq!(links, ["/docs/", "/v1/openapi.json"], "{page}");
    for link in links {
        assert!(!exchange.text(link).await.is_empty(), "{link}");
    }
    assert!(page.contains("README.md") && page.contains("Write a bot in ten minutes"), "{page}");
    let readme = include_str!("../../../../README.md");
    assert!(readme.contains("\n## Write a bot in ten minutes\n"), "the page names it so");
    exchange.get("/docs/nothing.js").await.problem(404, "unknown_path");
}
