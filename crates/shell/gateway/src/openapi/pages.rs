//! The description of the API for people, at `/docs`.
//!
//! **Invariant:** it loads nothing from elsewhere.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use utoipa_swagger_ui::Config;

use crate::problem::Problem;
use crate::web;

/// What the vendored page is called, and what it is.
const TITLES: [&str; 2] = ["<title>Swagger UI</title>", "<title>Rialto API</title>"];
/// The routes of the page and its files.
pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
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
    let page = String::from_utf8_lossy(&file.bytes).replacen(theirs, ours, 1);
    web::guarded(web::DOCS, (media_type, page).into_response())
}
