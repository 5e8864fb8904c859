//! The page: what is served of it, to whom, under which policy, and what is no page.

mod support;

use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use gateway::{Bundle, Config, WebFile};
use http_body_util::BodyExt;
use support::Exchange;
use tower::ServiceExt;

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const INDEX: &[u8] = b"<!doctype html><title>Rialto</title>";
const SCRIPT: &[u8] = b"console.log(1)";
/// Of a page; nothing inline, nothing from elsewhere, shown in no other page.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'self'; object-src 'none'";

/// Compressed files are told apart by what they hold, not by what that would unpack to.
const FILES: [WebFile; 3] = [
    WebFile { path: "index.html", bytes: INDEX, gzip: Some(b"gz-page"), brotli: Some(b"br-page") },
    WebFile { path: "assets/a-1.js", bytes: SCRIPT, gzip: Some(b"gz-js"), brotli: Some(b"br-js") },
    WebFile { path: "favicon.svg", bytes: b"<svg/>", gzip: None, brotli: None },
];

struct Shown {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Shown {
    #[track_caller]
    fn told(&self, name: header::HeaderName) -> &str {
        self.headers.get(&name).map_or("", |value| value.to_str().expect("text"))
    }

    /// Insists on a problem, which no browser takes for a page.
    #[track_caller]
    fn problem(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status);
        assert_eq!(self.told(header::CONTENT_TYPE), "application/problem+json");
        let body: serde_json::Value = serde_json::from_slice(&self.body).expect("it is JSON");
        assert_eq!(body["code"], code);
    }

    #[track_caller]
    fn is_index(&self) {
        assert_eq!((self.status, self.body.as_slice()), (StatusCode::OK, INDEX));
        assert_eq!(self.told(header::CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(self.told(header::CACHE_CONTROL), "no-cache");
        assert_eq!(self.told(header::CONTENT_SECURITY_POLICY), POLICY);
        assert_eq!(self.told(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(self.told(header::REFERRER_POLICY), "same-origin");
    }
}

fn with_page() -> Exchange {
    let exchange = Exchange::new(Config::default());
    exchange.gateway.show(Bundle::new(&FILES).expect("it has an index"));
    exchange
}

/// Asks as somebody without key or cookie does.
async fn ask(
    exchange: &Exchange,
    method: Method,
    path: &str,
    headers: &[(header::HeaderName, &str)],
) -> Shown {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(axum::body::Body::empty()).unwrap();
    let (parts, body) = exchange.app.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Shown { status: parts.status, headers: parts.headers, body }
}

async fn visit(exchange: &Exchange, path: &str) -> Shown {
    ask(exchange, Method::GET, path, &[(header::ACCEPT, BROWSER)]).await
}

#[tokio::test]
async fn a_file_called_after_its_content_is_kept_for_a_year() {
    let exchange = with_page();
    let script = ask(&exchange, Method::GET, "/assets/a-1.js", &[]).await;
    assert_eq!((script.status, script.body.as_slice()), (StatusCode::OK, SCRIPT));
    assert_eq!(script.told(header::CONTENT_TYPE), "text/javascript; charset=utf-8");
    assert_eq!(script.told(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    assert_eq!(script.told(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    let image = ask(&exchange, Method::GET, "/favicon.svg", &[]).await;
    assert_eq!(image.told(header::CONTENT_TYPE), "image/svg+xml");
    assert_eq!(image.told(header::CACHE_CONTROL), "no-cache");
}

#[tokio::test]
async fn each_form_of_a_file_has_a_tag_of_its_own_and_is_not_sent_twice() {
    let exchange = with_page();
    let mut tags = Vec::new();
    for (accepted, encoding, body) in
        [("gzip, br", "br", &b"br-js"[..]), ("gzip", "gzip", b"gz-js"), ("", "", SCRIPT)]
    {
        let accept = (header::ACCEPT_ENCODING, accepted);
        let first = ask(&exchange, Method::GET, "/assets/a-1.js", &[accept.clone()]).await;
        assert_eq!(first.told(header::CONTENT_ENCODING), encoding);
        assert_eq!((first.status, first.body.as_slice()), (StatusCode::OK, body));
        assert_eq!(first.told(header::VARY), "accept-encoding");
        let tag = first.told(header::ETAG);
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        let known = (header::IF_NONE_MATCH, tag);
        let again = ask(&exchange, Method::GET, "/assets/a-1.js", &[accept, known]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        for name in [header::ETAG, header::CACHE_CONTROL, header::VARY] {
            assert_eq!(again.told(name.clone()), first.told(name));
        }
        tags.push(tag.to_owned());
    }
    assert_eq!(tags.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "{tags:?}");
    let other = (header::IF_NONE_MATCH, tags[0].as_str());
    let plain = ask(&exchange, Method::GET, "/assets/a-1.js", &[other]).await;
    assert_eq!(plain.status, StatusCode::OK, "another form is not the one that is known");
}

#[tokio::test]
async fn what_exists_in_one_form_is_sent_in_it() {
    let accept = (header::ACCEPT_ENCODING, "br, gzip");
    let image = ask(&with_page(), Method::GET, "/favicon.svg", &[accept]).await;
    assert_eq!((image.status, image.body.as_slice()), (StatusCode::OK, &b"<svg/>"[..]));
    assert_eq!(image.told(header::CONTENT_ENCODING), "");
}

#[tokio::test]
async fn the_head_of_a_file_tells_its_length_and_has_no_body() {
    let exchange = with_page();
    for (path, length) in [("/", INDEX.len()), ("/assets/a-1.js", SCRIPT.len())] {
        let head = ask(&exchange, Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0), "{path}");
        assert_eq!(head.told(header::CONTENT_LENGTH), length.to_string(), "{path}");
        assert!(head.headers.contains_key(header::ETAG), "{path}");
    }
}

#[tokio::test]
async fn every_address_of_the_page_is_the_page() {
    let exchange = with_page();
    ask(&exchange, Method::GET, "/", &[]).await.is_index();
    for path in
        ["/t/PETR4", "/t/BRK.B?side=buy", "/portfolio", "/healthy", "/v1beta", "/index.html"]
    {
        visit(&exchange, path).await.is_index();
    }
}

#[tokio::test]
async fn what_is_no_address_of_the_page_is_a_problem_though_a_browser_asks() {
    let exchange = with_page();
    for path in ["/assets/a-0.js", "/v1", "/v1/nothing", "/v1/", "/docs/nothing.js", "/ready/x"] {
        visit(&exchange, path).await.problem(404, "unknown_path");
    }
    let program = ask(&exchange, Method::GET, "/portfolio", &[(header::ACCEPT, "*/*")]).await;
    program.problem(404, "unknown_path");
    let accept = (header::ACCEPT, BROWSER);
    let written = ask(&exchange, Method::POST, "/portfolio", &[accept.clone()]).await;
    written.problem(404, "unknown_path");
    let written = ask(&exchange, Method::POST, "/", &[accept]).await;
    written.problem(405, "method_not_allowed");
    assert_eq!(written.told(header::ALLOW), "GET, HEAD");
}

#[tokio::test]
async fn the_page_is_not_shown_to_who_asks_for_another_host() {
    let headers = [(header::ACCEPT, BROWSER), (header::HOST, "evil.example")];
    ask(&with_page(), Method::GET, "/portfolio", &headers).await.problem(421, "misdirected");
}

#[tokio::test]
async fn without_a_page_the_root_says_how_to_build_one_and_nothing_else_is_a_page() {
    assert!(Bundle::new(&FILES[1..]).is_none(), "a page has an index");
    let exchange = Exchange::new(Config::default());
    let start = visit(&exchange, "/").await;
    let text = String::from_utf8(start.body.clone()).unwrap();
    assert!(text.contains("cargo xtask run") && text.contains("Node"), "{text}");
    assert_eq!(start.told(header::CONTENT_SECURITY_POLICY), POLICY);
    visit(&exchange, "/portfolio").await.problem(404, "unknown_path");
}

#[tokio::test]
async fn the_docs_have_a_policy_of_their_own() {
    let docs = visit(&with_page(), "/docs/").await;
    let policy = docs.told(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"));
    assert_ne!(policy, POLICY);
    assert_eq!(docs.told(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
}
