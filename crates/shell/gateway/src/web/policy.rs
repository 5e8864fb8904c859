//! What a browser may do with what is served: which files a page may load and run, and who may
//! show it.
//!
//! Source: Content Security Policy Level 3; `'self'` covers WebSockets of the same origin.

use axum::http::{HeaderValue, header};
use axum::response::Response;

/// Of the page: files of its own, and images that it makes.
pub(crate) const PAGE: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'self'; object-src 'none'";
/// Of `/docs`, whose scripts, made elsewhere, write styles into the page.
pub(crate) const DOCS: &str = "default-src 'self'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

/// An answer for a browser, under a policy.
pub(crate) fn guarded(policy: &'static str, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
