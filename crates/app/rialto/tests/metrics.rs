//! What operators watch: the metrics of the real binary, and the queries that ship for them.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::http::{Page, fetch};
use support::prometheus::{Prometheus, is_there};
use support::{Server, root};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

/// Nothing that is waited for takes longer.
const PATIENCE: Duration = Duration::from_secs(60);
const PAGE: &str = "docs/operations.md";
const ALERTS: &str = "deploy/prometheus/alerts.yml";

fn start(folder: &tempfile::TempDir) -> Server {
    let listen = ["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"];
    Server::start_with(folder.path(), &listen)
}

fn operations(server: &Server, method: &str, path: &str) -> Page {
    let address = server.metrics.as_deref().expect("it has metrics");
    fetch(address, address, method, path)
}

fn scrape(server: &Server) -> String {
    let page = operations(server, "GET", "/metrics");
    assert_eq!(page.status, 200, "{}", page.text);
    page.text
}

/// The value of one series, as it stands there.
fn value<'a>(scrape: &'a str, series: &str) -> &'a str {
    let mut lines = scrape.lines().filter_map(|line| line.rsplit_once(' '));
    let found = lines.find(|(name, _)| *name == series);
    found.unwrap_or_else(|| panic!("no {series} in {scrape}")).1
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect(path)
}

fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}: it never came");
    }
}

/// Two accounts, of which the second has something to sell, and somebody who watches and trades.
struct Load<'a> {
    server: &'a Server,
    socket: WebSocket<TcpStream>,
    rounds: u32,
}

impl Load<'_> {
    fn begin(server: &Server) -> Load<'_> {
        for name in ["ana", "bob"] {
            let body = json!({"client_request_id": name, "currency": "BRL"});
            server.post("/v1/accounts", &body).ok();
        }
        let float = json!({"client_request_id": "float", "instrument": "PETR4", "qty": "100000"});
        server.post("/v1/accounts/2/issues", &float).ok();
        let mut request =
            format!("ws://{}/v1/ws", server.address).into_client_request().expect("a URL");
        let key = format!("Bearer {}", server.key).parse().expect("a header");
        request.headers_mut().insert("Authorization", key);
        let stream = TcpStream::connect(&server.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let (socket, _) = client(request, stream).expect("a socket");
        let mut load = Load { server, socket, rounds: 0 };
        let channels = ["depth:PETR4", "trades:PETR4", "account:1"];
        load.ask(json!({"op": "subscribe", "id": "watch", "channels": channels}));
        load
    }

    /// A trade over REST, an order over the socket and its end, a read, and a refusal of each kind.
    fn round(&mut self) {
        self.rounds += 1;
        let number = self.rounds;
        let order = |name: &str, side: &str, qty: &str, price: &str| {
            json!({"client_order_id": format!("{name}-{number}"), "symbol": "PETR4",
                "side": side, "type": "limit", "qty": qty, "price": price})
        };
        let (ana, bob) = ("/v1/accounts/1/orders", "/v1/accounts/2/orders");
        self.server.post(ana, &order("buy", "buy", "1", "1.00")).ok();
        self.server.post(bob, &order("sell", "sell", "1", "1.00")).ok();
        let refused = self.server.post(ana, &order("short", "sell", "99999", "1.00"));
        assert_eq!(refused.body["code"], "short_selling");
        let invalid = self.server.post(ana, &json!({"side": 5}));
        assert_eq!(invalid.body["code"], "invalid_field");
        self.server.get("/v1/accounts/1").ok();
        let body = order("socket", "buy", "1", "0.50");
        self.ask(json!({"op": "place", "id": "place", "account_id": "1", "body": body}));
        self.ask(json!({"op": "cancel_all", "id": "cancel", "account_id": "1"}));
    }

    fn ask(&mut self, request: Value) {
        self.socket.send(Message::text(request.to_string())).expect("sent");
        loop {
            let Message::Text(text) = self.socket.read().expect("a message") else { continue };
            let message: Value = serde_json::from_str(&text).expect("JSON");
            if message["type"] == "answer" && message["id"] == request["id"] {
                let status = message["status"].as_u64().expect("a status");
                assert!((200..300).contains(&status), "{message}");
                return;
            }
        }
    }
}

#[test]
fn what_happened_is_counted_exactly() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(&folder);
    let mut load = Load::begin(&server);
    for _ in 0..5 {
        load.round();
    }
    let stranger = fetch(&server.address, &server.address, "GET", "/v1/accounts");
    assert_eq!(stranger.status, 401);
    let scrape = scrape(&server);
    for (series, expected) in [
        (r#"rialto_commands_total{kind="place"}"#, "20"),
        (r#"rialto_commands_total{kind="mass_cancel"}"#, "5"),
        (r#"rialto_commands_total{kind="open_account"}"#, "2"),
        ("rialto_orders_accepted_total", "15"),
        ("rialto_orders_canceled_total", "5"),
        ("rialto_fills_total", "10"),
        ("rialto_trades_total", "5"),
        (r#"rialto_refusals_total{by="venue",code="short_selling"}"#, "5"),
        (r#"rialto_refusals_total{by="venue",code="insufficient_funds"}"#, "0"),
        (r#"rialto_refusals_total{by="gateway",code="invalid_field"}"#, "5"),
        (r#"rialto_refusals_total{by="gateway",code="unauthenticated"}"#, "1"),
        (r#"rialto_requests_total{class="orders",status="2xx"}"#, "10"),
        (r#"rialto_requests_total{class="orders",status="4xx"}"#, "10"),
        (r#"rialto_requests_total{class="socket_orders",status="2xx"}"#, "10"),
        (r#"rialto_requests_total{class="reads",status="2xx"}"#, "5"),
        (r#"rialto_requests_total{class="streams",status="1xx"}"#, "1"),
        (r#"rialto_request_duration_seconds_count{class="orders"}"#, "20"),
        (r#"rialto_clients{kind="websocket"}"#, "1"),
        (r#"rialto_clients{kind="sse"}"#, "0"),
        ("rialto_subscriptions", "3"),
        ("rialto_queue_depth", "0"),
        ("rialto_disk_full", "0"),
        (r#"rialto_history_failing{database="market_data"}"#, "0"),
    ] {
        assert_eq!(value(&scrape, series), expected, "{series}");
    }
    let durable = value(&scrape, "rialto_durable_seq");
    assert_eq!(value(&scrape, "rialto_batch_commands_sum"), durable);
    let health = operations(&server, "GET", "/health");
    let health: Value = serde_json::from_str(&health.text).expect("JSON");
    assert_eq!((&health["status"], &health["disk"]["takes"]), (&json!("ok"), &json!("all")));
    assert_eq!(health["durable_seq"].to_string(), durable);
    eventually("the history is there", || {
        let text = operations(&server, "GET", "/health").text;
        let health: Value = serde_json::from_str(&text).expect("JSON");
        let databases = health["history"].as_array().expect("a list");
        databases.len() == 2 && databases.iter().all(|it| it["lag_events"] == 0)
    });
    drop(load);
    eventually("the socket is gone", || {
        let scrape = self::scrape(&server);
        value(&scrape, r#"rialto_clients{kind="websocket"}"#) == "0"
            && value(&scrape, "rialto_subscriptions") == "0"
    });
}

/// Each metric of a scrape and its type.
fn families(scrape: &str) -> BTreeMap<String, String> {
    let types = scrape.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let pairs = types.map(|line| line.split_once(' ').expect("a name and a type"));
    pairs.map(|(name, kind)| (name.to_owned(), kind.to_owned())).collect()
}

/// The names of metrics in a text.
fn names(text: &str) -> BTreeSet<&str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with("rialto_") || word.starts_with("process_")).collect()
}

#[test]
fn every_metric_is_described_and_every_description_is_of_a_metric() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(&folder);
    let scrape = scrape(&server);
    let page = read(PAGE);
    let (_, page) = page.split_once("\n## Metrics\n").expect("a heading");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|row| {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim_matches([' ', '`'])).collect();
        let is_metric = cells[0].starts_with("rialto_") || cells[0].starts_with("process_");
        is_metric.then(|| (cells[0].to_owned(), cells[1].to_owned()))
    });
    let described: BTreeMap<String, String> = rows.collect();
    assert_eq!(described, families(&scrape));
    let helped = scrape.lines().filter(|line| line.starts_with("# HELP ")).count();
    assert_eq!(helped, described.len(), "each says what it means");
    let series = scrape.lines().filter(|line| !line.starts_with('#')).count();
    assert!(series < 1_000, "{series} series: labels are closed sets");
    if is_there("promtool") {
        let mut check = Command::new("promtool");
        check.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut check = check.stderr(Stdio::piped()).spawn().expect("it starts");
        check.stdin.take().expect("it is piped").write_all(scrape.as_bytes()).expect("sent");
        let told = check.wait_with_output().expect("it ends");
        assert!(told.status.success() && told.stderr.is_empty(), "{told:?}");
    }
}

/// Every query of the dashboard, as Grafana would send it.
fn dashboard(instance: &str) -> Vec<String> {
    let dashboard: Value = serde_json::from_str(&read("deploy/grafana/rialto.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("a list").iter();
    let targets = panels.filter_map(|panel| panel["targets"].as_array()).flatten();
    let queries = targets.map(|target| target["expr"].as_str().expect("a query"));
    let queries =
        queries.map(|query| query.replace("$instance", instance).replace("$__rate_interval", "1m"));
    queries.inspect(|query| assert!(!query.contains('$'), "{query}")).collect()
}

/// The queries of the alerts, and the headings of what to do.
fn alerts() -> (Vec<String>, Vec<String>) {
    let alerts = read(ALERTS);
    let all = |field: &str| -> Vec<String> {
        let values = alerts.lines().filter_map(|line| line.trim().strip_prefix(field));
        values.map(str::to_owned).collect()
    };
    let (queries, runbooks) = (all("expr: "), all("runbook: "));
    assert_eq!(alerts.matches("- alert:").count(), queries.len());
    assert_eq!(queries.len(), runbooks.len());
    (queries, runbooks)
}

/// What an alert compares: it has a value where the alert has none.
fn compared(alert: &str) -> impl Iterator<Item = &str> {
    alert.split(" or ").map(|part| {
        let ends = [" > ", " < ", " == "].into_iter().filter_map(|sign| part.rfind(sign));
        &part[..ends.max().expect("it compares")]
    })
}

#[test]
fn every_query_that_ships_finds_what_it_asks_for() {
    if !is_there("prometheus") {
        return;
    }
    let [data, watcher] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let server = start(&data);
    let target = server.metrics.clone().expect("it has metrics");
    let mut load = Load::begin(&server);
    let prometheus = Prometheus::start(watcher.path(), &target);
    let (alerts, _) = alerts();
    let compared = alerts.iter().flat_map(|alert| compared(alert)).map(str::to_owned);
    let mut missing: Vec<String> = dashboard(&target).into_iter().chain(compared).collect();
    assert!(missing.len() > 50, "{missing:?}");
    let begun = Instant::now();
    while !missing.is_empty() {
        load.round();
        missing.retain(|query| !prometheus.query(query).iter().any(|value| value.is_finite()));
        assert!(begun.elapsed() < PATIENCE, "nothing is found by {missing:#?}");
    }
    for alert in &alerts {
        prometheus.query(alert);
    }
    eventually("all rules are evaluated", || {
        let rules = prometheus.ask("/api/v1/rules");
        let rules = rules["groups"][0]["rules"].as_array().expect("a list").clone();
        assert_eq!(rules.len(), alerts.len());
        assert!(rules.iter().all(|rule| rule["health"] != "err"), "{rules:?}");
        rules.iter().all(|rule| rule["health"] == "ok")
    });
}

#[test]
fn queries_name_what_there_is_and_alerts_lead_to_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(&folder);
    let scrape = scrape(&server);
    let series = scrape.lines().filter(|line| !line.starts_with('#'));
    let known: BTreeSet<&str> = series.flat_map(names).collect();
    let (alerts, runbooks) = alerts();
    for query in dashboard("venue").iter().chain(&alerts) {
        for name in names(query) {
            assert!(known.contains(name), "{name} of {query}");
        }
        for rest in query.split("code=~\"").skip(1) {
            let codes = rest.split('"').next().expect("a pattern").split('|');
            for code in codes {
                let label = format!(r#"by="gateway",code="{code}""#);
                assert!(scrape.contains(&label), "{code} of {query}");
            }
        }
    }
    let page = read(PAGE);
    let anchors: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.trim_start_matches('#').strip_prefix(' '))
        .map(|heading| {
            let kept =
                heading.chars().filter(|it| it.is_ascii_alphanumeric() || " -".contains(*it));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect();
    for runbook in runbooks {
        let (path, anchor) = runbook.split_once('#').expect("a heading");
        assert_eq!(path, PAGE);
        assert!(anchors.contains(anchor), "{anchor} is none of {anchors:?}");
    }
}

#[test]
fn the_listener_tells_this_machine_alone_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(&folder);
    let page = operations(&server, "GET", "/metrics");
    assert_eq!(page.header("content-type"), Some("text/plain; version=0.0.4"));
    let head = operations(&server, "HEAD", "/metrics");
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    for method in ["POST", "DELETE"] {
        let refused = operations(&server, method, "/metrics");
        assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD")));
    }
    for path in ["/", "/v1/accounts", "/metrics/", "/ready"] {
        assert_eq!(operations(&server, "GET", path).status, 404, "{path}");
    }
    let address = server.metrics.as_deref().expect("it has metrics");
    for path in ["/metrics", "/health"] {
        let elsewhere = fetch(address, "rialto.example", "GET", path);
        assert_eq!(elsewhere.status, 421);
        assert!(elsewhere.text.contains(address), "{}", elsewhere.text);
        assert_eq!(fetch(address, "localhost:9464", "GET", path).status, 200, "a tunnel's end");
    }
    // Nothing of it is where clients are.
    assert_eq!(server.get("/metrics").status, 404);
    assert_eq!(server.get("/health").body, json!({"status": "ok"}));
}

#[test]
fn a_venue_that_drains_can_be_watched_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(&folder);
    let mut slow = TcpStream::connect(&server.address).expect("it listens");
    slow.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let head = format!(
        "POST /v1/accounts HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 19\r\nExpect: 100-continue\r\n\r\n",
        server.address, server.key
    );
    slow.write_all(head.as_bytes()).expect("sent");
    let mut told = [0; 25];
    slow.read_exact(&mut told).expect("it waits for the body");
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    server.ask_to_stop();
    eventually("it drains", || {
        operations(&server, "GET", "/health").text.contains(r#""status":"stopping""#)
    });
    let scrape = scrape(&server);
    assert_eq!(value(&scrape, "rialto_connections"), "1");
    slow.write_all(br#"{"currency": "BRL"}"#).expect("sent");
    let mut answer = String::new();
    slow.read_to_string(&mut answer).expect("text");
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    let (status, logged) = server.wait();
    assert_eq!(status.code(), Some(0), "{logged}");
}
