//! What operators see of refusals, and of what a system or a venue does not have.

mod support;

use gateway::{Config, Machine};
use serde_json::Value;
use support::Exchange;
use support::operations::{has, router, text};

#[tokio::test]
async fn what_a_system_does_not_tell_and_a_venue_does_not_have_is_not_there() {
    let exchange = Exchange::new(Config::default());
    let app = router(&exchange.gateway, Machine::default());
    let scrape = text(&app, "/metrics").await;
    for absent in ["process_open_fds", "rialto_disk_free_bytes", "rialto_history_seq"] {
        assert!(!scrape.contains(absent), "{absent}");
    }
    assert!(has(&scrape, r#"rialto_build_info{version="1.2.3"} 1"#));
    assert!(has(&scrape, "process_start_time_seconds 1700000000"));
    assert!(has(&scrape, "rialto_applied_seq 7"));
    let health: Value = serde_json::from_str(&text(&app, "/health").await).unwrap();
    assert_eq!(health["history"], serde_json::json!([]));
    assert_eq!(health["disk"]["free_bytes"], Value::Null);
    // Until the disk was looked at, nothing is taken.
    assert_eq!(health["disk"]["takes"], "nothing");
}

#[tokio::test]
async fn what_the_gateway_refuses_and_the_venue_refuses_is_told_apart() {
    let exchange = Exchange::trading().await;
    let app = router(&exchange.gateway, Machine { files: Some(3), ..Machine::default() });
    exchange.get("/v1/accounts/9").await.expect(404);
    exchange.post("/v1/accounts/9/orders", support::limit("buy", 1, "1.00")).await.expect(404);
    exchange.post("/v1/accounts/2/orders", support::limit("sell", 1, "1.00")).await.expect(422);
    let scrape = text(&app, "/metrics").await;
    assert!(has(&scrape, "process_open_fds 3"));
    let refused = r#"rialto_refusals_total{by="gateway",code="#;
    for line in scrape.lines().filter(|line| line.starts_with(refused)) {
        let is_unknown = line.contains("unknown_account");
        assert_eq!(line.ends_with(" 0"), !is_unknown, "the venue's are not the gateway's: {line}");
    }
    assert!(has(&scrape, r#"rialto_requests_total{class="reads",status="4xx"} 1"#));
    assert!(has(&scrape, r#"rialto_requests_total{class="orders",status="4xx"} 2"#));
}
