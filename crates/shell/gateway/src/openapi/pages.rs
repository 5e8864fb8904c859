//! Pages for people: where to begin, and the description of the API at `/docs`.
//!
//! **Invariant:** they load nothing from elsewhere.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use utoipa_swagger_ui::Config;

use crate::problem::Problem;

/// What the vendored page is called, and what it is.
const TITLES: [&str; 2] = ["<title>Swagger UI</title>", "<title>Rialto API</title>"];
/// What `GET /` answers.
const START: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Rialto</title>
<h1>Rialto</h1>
<p>A stock exchange runs here.</p>
<ul>
<li><a href="/docs/">/docs/</a>: every call, to read and to try
<li><a href="/v1/openapi.json">/v1/openapi.json</a>: the same for programs
<li>README.md, beside the sources: &ldquo;Write a bot in ten minutes&rdquo;, from nothing
</ul>
</html>
"#;

/// The routes of the pages.
pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(|| async { Html(START) }))
        .route("/docs", get(|| async { Redirect::to("/docs/") }))
        .route("/docs/", get(|| async { file("index.html") }))
        .route("/docs/{*file}", get(|Path(name): Path<String>| async move { file(&name) }))
}

/// A file of the page at `/docs`, which shows the description.
fn file(name: &str) -> Response {
    static CONFIG: LazyLock<Arc<Config<'static>>> =
        LazyLock::new(|| Arc::new(Config::from(super::PATH).validator_url("none")));
    let found = utoipa_swagger_ui::serve(name, Arc::clone(&CONFIG)).expect("a good configuration");
    let Some(file) = found else {
        return Problem::unknown_path(&format!("/docs/{name}")).into_response();
    };
    let media_type = [(header::CONTENT_TYPE, file.content_type)];
    if name != "index.html" {
        return (media_type, file.bytes.into_owned()).into_response();
    }
    let [theirs, ours] = TITLES;
    (media_type, String::from_utf8_lossy(&file.bytes).replacen(theirs, ours, 1)).into_response()
}
