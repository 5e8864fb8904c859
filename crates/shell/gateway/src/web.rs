//! The web page: the files that the binary brings, and the addresses that the page knows itself.
//!
//! **Invariant:** a page loads and runs nothing but the files of this origin, and is shown in no
//! other page. What a file is called after its content never changes under that name.

mod encoding;
mod policy;

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::gateway::Gateway;
use crate::problem::Problem;
use encoding::Encoding;

pub(crate) use policy::{DOCS, PAGE, guarded};

/// What every address of the page loads first.
const INDEX: &str = "index.html";
/// Files below it are called after their content.
const HASHED: &str = "assets/";
/// What is never an address of the page, with all that is below it.
const RESERVED: [&str; 5] = ["v1", "docs", "health", "ready", "assets"];
/// Told of files that are called after their content: a year, the longest that is usual.
const KEPT: &str = "public, max-age=31536000, immutable";
/// Told of all others: they are asked for each time, and mostly answered by 304.
const ASKED: &str = "no-cache";
/// What `GET /` answers where no page was built.
const START: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Rialto</title>
<h1>Rialto</h1>
<p>A stock exchange runs here. The web page is not in this build: <code>cargo xtask run</code>
builds it, with Node 20.19 or newer.</p>
<ul>
<li><a href="/docs/">/docs/</a>: every call, to read and to try
<li><a href="/v1/openapi.json">/v1/openapi.json</a>: the same for programs
<li>README.md, beside the sources: &ldquo;Write a bot in ten minutes&rdquo;, from nothing
</ul>
</html>
"#;

/// A file of the page, as it is and compressed.
#[derive(Clone, Copy, Debug)]
pub struct WebFile {
    /// Below the root, with `/` between the parts: `assets/index-BhNmYg7c.js`.
    pub path: &'static str,
    /// What it holds.
    pub bytes: &'static [u8],
    /// The same by gzip, if that was made.
    pub gzip: Option<&'static [u8]>,
    /// The same by Brotli, if that was made.
    pub brotli: Option<&'static [u8]>,
}

/// All files of the page.
#[derive(Debug)]
pub struct Bundle {
    files: HashMap<&'static str, Kept>,
}

/// A file and what is told of it.
#[derive(Debug)]
struct Kept {
    file: WebFile,
    /// Of the content, in hexadecimal digits.
    hash: String,
}

impl Bundle {
    /// The page of these files; `None` when they are none, for want of an `index.html`.
    pub fn new(files: &[WebFile]) -> Option<Bundle> {
        let kept = |file: &WebFile| (file.path, Kept { file: *file, hash: hash(file.bytes) });
        let files: HashMap<_, _> = files.iter().map(kept).collect();
        files.contains_key(INDEX).then_some(Bundle { files })
    }

    fn index(&self) -> &Kept {
        &self.files[INDEX]
    }

    /// What is shown at a path: the file of that name, or the page, which knows its own addresses.
    fn found(&self, path: &str, headers: &HeaderMap) -> Option<&Kept> {
        let name = path.strip_prefix('/')?;
        let first = name.split('/').next().unwrap_or_default();
        let is_page = !RESERVED.contains(&first) && encoding::accepts_html(headers);
        self.files.get(name).or_else(|| is_page.then(|| self.index()))
    }
}

impl Kept {
    fn bytes(&self, encoding: Encoding) -> Option<&'static [u8]> {
        match encoding {
            Encoding::Identity => Some(self.file.bytes),
            Encoding::Gzip => self.file.gzip,
            Encoding::Brotli => self.file.brotli,
        }
    }

    /// Answers a GET, or a HEAD, with what its reader takes and does not have yet.
    fn answer(&self, method: &Method, asked: &HeaderMap) -> Response {
        let encoding = encoding::chosen(asked, |encoding| self.bytes(encoding).is_some());
        let bytes = self.bytes(encoding).expect("it was chosen from what is there");
        let etag = match encoding.name() {
            None => format!("\"{}\"", self.hash),
            Some(name) => format!("\"{}-{name}\"", self.hash),
        };
        let kept = if self.file.path.starts_with(HASHED) { KEPT } else { ASKED };
        let is_known = encoding::is_known(asked, &etag);
        let mut response = Response::new(match (is_known, method == Method::HEAD) {
            (false, false) => Body::from(Bytes::from_static(bytes)),
            (true, _) | (_, true) => Body::empty(),
        });
        let headers = response.headers_mut();
        let etag = HeaderValue::try_from(etag).expect("digits and letters");
        headers.insert(header::ETAG, etag);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        let media_type = HeaderValue::from_static(media_type(self.file.path));
        headers.insert(header::CONTENT_TYPE, media_type);
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        if let Some(name) = encoding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        guarded(PAGE, response)
    }
}

/// `GET /`: the page, or where to begin without one.
pub(crate) async fn start(
    State(gateway): State<Gateway>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    match gateway.bundle() {
        Some(bundle) => bundle.index().answer(&method, &headers),
        None => guarded(PAGE, Html(START).into_response()),
    }
}

/// Everything that is no route: a file, an address of the page, or nothing.
pub(crate) async fn other(
    State(gateway): State<Gateway>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let reads = [Method::GET, Method::HEAD].contains(&method);
    let bundle = gateway.bundle().filter(|_| reads);
    match bundle.and_then(|bundle| bundle.found(uri.path(), &headers)) {
        Some(kept) => kept.answer(&method, &headers),
        None => Problem::unknown_path(uri.path()).into_response(),
    }
}

/// The first 128 bits of SHA-256: two files do not meet there by accident.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn media_type(path: &str) -> &'static str {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
