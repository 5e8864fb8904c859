//! What operators watch, without a socket.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use gateway::{Gateway, Machine, Vitals, operations_router};
use http_body_util::BodyExt;
use meter::VenueMeter;
use tower::ServiceExt;

use super::START;

/// The routes of a process that is on this machine, and whose venue counts nothing.
pub fn router(gateway: &Gateway, machine: Machine) -> Router {
    let vitals = Vitals {
        version: "1.2.3",
        epoch: 4,
        started_at: START,
        venue: Arc::new(VenueMeter::new(7)),
        look: Box::new(move || machine),
    };
    operations_router(gateway.clone(), vitals, 9_464)
}

pub async fn text(app: &Router, path: &str) -> String {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = app.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
}

/// Whether a series has this value.
pub fn has(scrape: &str, line: &str) -> bool {
    scrape.lines().any(|found| found == line)
}
