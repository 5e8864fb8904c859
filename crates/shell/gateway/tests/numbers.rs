//! Every number of every body, path and query, with values that are none, or at some edge.

mod support;

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use support::{Exchange, Reply, described, limit};

/// As they would stand in JSON, so that also what JSON does not know can be sent.
const IN_BODY: [&str; 34] = [
    "0",
    "-1",
    "1",
    "127",
    "128",
    "255",
    "256",
    "65536",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e400",
    "1.5",
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\" 1\"",
    "\"1 \"",
    "\"1e3\"",
    "\"NaN\"",
    "\"+1\"",
    "\"01\"",
    "\"1.\"",
    "\"0x10\"",
    "\"\u{661}\"",
    "\"0.000000000000000000000000000000000000001\"",
];
/// These stand in quotes, as decimals do; what they mean is for the venue to say.
const DECIMALS: [&str; 9] = [
    "0",
    "-1",
    "1",
    "9007199254740991",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "9999999999999999999999999999999999999999",
];
const IN_QUERY: [&str; 18] = [
    "0",
    "-1",
    "1",
    "500",
    "501",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "18446744073709551616",
    "1e400",
    "1e3",
    "NaN",
    "null",
    "",
    "%201",
    "1%20",
    "%2B1",
    "01",
];

/// A number of an operation's body: where it is, and whether it stands in quotes.
struct Number {
    path: Vec<String>,
    is_decimal: bool,
}

/// Every number in a body's schema, those in objects inside it too.
fn numbers(schema: &'static Value, path: &[String], found: &mut Vec<Number>) {
    let members = described::resolved(schema)["properties"].as_object();
    for (name, member) in members.into_iter().flatten() {
        let path = [path, std::slice::from_ref(name)].concat();
        let options = member["oneOf"].as_array().and_then(|options| options.first());
        let member = options.unwrap_or(member);
        let is_decimal = member["$ref"] == "#/components/schemas/Decimal";
        let kind = &described::resolved(member)["type"];
        let is_integer = *kind == "integer" || kind[0] == "integer";
        if is_decimal || is_integer {
            found.push(Number { path, is_decimal });
        } else {
            numbers(member, &path, found);
        }
    }
}

/// The example with one member replaced by a raw text.
fn with(example: &Value, path: &[String], text: &str) -> String {
    const MARK: &str = "@the-number@";
    let mut body = example.clone();
    let last = path.iter().fold(&mut body, |value, name| &mut value[name]);
    *last = json!(MARK);
    body.to_string().replace(&format!("\"{MARK}\""), text)
}

async fn seq(exchange: &Exchange) -> u64 {
    exchange.get("/ready").await.body["seq"].as_u64().expect("a seq")
}

/// An address of the operation: parameters of its path have their examples.
fn address(path: &str, operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.filter(|parameter| parameter["in"] == "path").fold(path.to_owned(), |path, it| {
        let mark = format!("{{{}}}", it["name"].as_str().unwrap());
        path.replace(&mark, it["example"].as_str().expect("a path's parameter has an example"))
    })
}

async fn send(exchange: &Exchange, method: Method, path: &str, body: String) -> Reply {
    let request = Request::builder().method(method).uri(path);
    let request = request.header(header::CONTENT_TYPE, "application/json");
    exchange.send_raw(request.body(Body::from(body)).unwrap()).await
}

/// Insists on a legal value, or a refusal that names field, value and rule. What the gateway
/// itself refuses is on no record.
#[track_caller]
fn judge(reply: &Reply, field: &str, told: &str, before: u64, after: u64) {
    let (status, body) = (reply.status.as_u16(), &reply.body);
    if (200..300).contains(&status) {
        return;
    }
    assert!((400..500).contains(&status), "{told}: {body}");
    assert_no_type(body, told);
    if body["code"] == "malformed_json" {
        // All else that is tried is JSON, whatever it stands for.
        assert!(told.contains("NaN") && !told.contains("\"NaN\""), "{told}: {body}");
        assert_eq!(before, after, "{told} is on record: {body}");
        return;
    }
    if body["seq"].is_null() {
        assert_eq!(before, after, "{told} is on record: {body}");
        // With other decimal places, what no longer passes is another field.
        let is_read_by = field.ends_with("_decimals") && body["field"].is_string();
        assert!(is_read_by || body["field"] == *field, "{told}: {body}");
        assert!(body.get("value").is_some(), "{told}: {body}");
    }
    assert!(body["expected"].is_string(), "{told}: {body}");
}

/// Insists that an answer names no type of the program: that is no rule to a client.
#[track_caller]
fn assert_no_type(body: &Value, told: &str) {
    const NAMES: [&str; 13] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "struct",
        "enum",
    ];
    let said = format!("{} {} {}", body["title"], body["detail"], body["expected"]);
    let mut words = said.split(|letter: char| !letter.is_ascii_alphanumeric());
    let found = words.find(|word| NAMES.contains(word));
    assert_eq!(found, None, "{told}: {said}");
}

#[tokio::test]
async fn numbers_of_bodies_are_exact_or_refused() {
    let exchange = Exchange::trading().await;
    // The order that the examples name.
    let mut order = limit("sell", 500, "90.00");
    order["client_order_id"] = json!("my-1");
    exchange.post("/v1/accounts/1/orders", order).await.expect(201);
    let mut tried = 0;
    for (path, method, operation) in described::operations() {
        let content = &operation["requestBody"]["content"]["application/json"];
        let mut found = Vec::new();
        numbers(&content["schema"], &[], &mut found);
        let address = address(path, operation);
        for Number { path, is_decimal } in found {
            let decimals = DECIMALS.iter().filter(|_| is_decimal).map(|text| format!("\"{text}\""));
            for text in IN_BODY.iter().map(|text| (*text).to_owned()).chain(decimals) {
                let body = with(&content["example"], &path, &text);
                let told = format!("{method} {address} {body}");
                let before = seq(&exchange).await;
                let reply = send(&exchange, method.clone(), &address, body).await;
                let after = seq(&exchange).await;
                judge(&reply, &path.join("."), &told, before, after);
                let is_number = !text.starts_with('"') && text != "null";
                assert!(
                    !(is_decimal && is_number && reply.status.is_success()),
                    "{told}: a decimal stands in quotes"
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

/// Every member of a body's schema, those in objects inside it too.
fn members(schema: &'static Value, path: &[String], found: &mut Vec<Vec<String>>) {
    let properties = described::resolved(schema)["properties"].as_object();
    for (name, member) in properties.into_iter().flatten() {
        let path = [path, std::slice::from_ref(name)].concat();
        let options = member["oneOf"].as_array().and_then(|options| options.first());
        members(options.unwrap_or(member), &path, found);
        found.push(path);
    }
}

#[tokio::test]
async fn values_of_the_wrong_kind_are_told_the_rule_in_plain_words() {
    let exchange = Exchange::trading().await;
    let wrong = ["1", "-1", "1.5", "1e400", "true", "[]", "[1]", "{}", "{\"a\": 1}", "\"\\ud800\""];
    let mut refused = 0;
    for (path, method, operation) in described::operations() {
        let content = &operation["requestBody"]["content"]["application/json"];
        let mut found = Vec::new();
        members(&content["schema"], &[], &mut found);
        let address = address(path, operation);
        for path in found {
            for text in wrong {
                let body = with(&content["example"], &path, text);
                let told = format!("{method} {address} {body}");
                let reply = send(&exchange, method.clone(), &address, body).await;
                assert_no_type(&reply.body, &told);
                assert_ne!(reply.body["code"], "malformed_json", "{told}: {}", reply.body);
                if reply.body["code"] == "invalid_field" {
                    assert!(reply.body["expected"].is_string(), "{told}: {}", reply.body);
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 500, "{refused}");
}

/// What else the query must have, as the description's own examples.
fn needed(operation: &Value, tried: &str) -> String {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let others = parameters
        .filter(|it| it["in"] == "query" && it["required"] == true && it["name"] != tried);
    let shown = |it: &Value| Some(format!("&{}={}", it["name"].as_str()?, it["example"].as_str()?));
    others.filter_map(shown).collect()
}

#[tokio::test]
async fn numbers_of_queries_are_exact_or_refused() {
    let exchange = Exchange::trading().await.remembering();
    // The order that the description's examples name, once the history has it.
    let placed = exchange.post("/v1/accounts/1/orders", limit("sell", 1, "9.00")).await;
    let path = format!("/v1/accounts/1/history/orders?min_seq={}", placed.expect(201).body["seq"]);
    exchange.get(&path).await.expect(200);
    let mut tried = 0;
    for (path, method, operation) in described::operations() {
        let address = address(path, operation);
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let (name, kind) = (parameter["name"].as_str().unwrap(), &parameter["schema"]["type"]);
            let is_integer = *kind == "integer" || kind[0] == "integer";
            // A seq to come is waited for: tests/reads.rs has it.
            if parameter["in"] != "query" || !is_integer || name == "min_seq" {
                continue;
            }
            for text in IN_QUERY {
                let path = format!("{address}?{name}={text}{}", needed(operation, name));
                let told = format!("{method} {path}");
                let before = seq(&exchange).await;
                let reply = exchange.send(method.clone(), &path, &[], None).await;
                judge(&reply, name, &told, before, seq(&exchange).await);
                let is_whole = text.parse::<u32>().is_ok_and(|it| it.to_string() == text);
                assert!(is_whole || !reply.status.is_success(), "{told} passes");
                tried += 1;
            }
        }
    }
    assert!(tried > 50, "{tried}");
}

#[tokio::test]
async fn ids_of_paths_are_exact_or_refused() {
    let exchange = Exchange::trading().await.remembering();
    for (path, method, operation) in described::operations() {
        for name in ["account", "order"] {
            let mark = format!("{{{name}}}");
            if !path.contains(&mark) {
                continue;
            }
            let content = &operation["requestBody"]["content"]["application/json"];
            for text in IN_QUERY.iter().filter(|text| !text.is_empty() && **text != "1") {
                let address = address(&path.replace(&mark, text), operation);
                let before = seq(&exchange).await;
                let body = content.get("example").map(Value::to_string).unwrap_or_default();
                let reply = send(&exchange, method.clone(), &address, body).await;
                assert!(reply.status.is_client_error(), "{method} {address}: {}", reply.body);
                let is_refused_by_venue = reply.body["seq"].is_u64();
                assert!(is_refused_by_venue || seq(&exchange).await == before, "{address}");
            }
        }
    }
}
