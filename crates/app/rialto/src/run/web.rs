//! The web page that this build has, if it has one.

use gateway::{Bundle, WebFile};

/// What build.rs has found in web/dist.
const FILES: &[WebFile] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// The page; a build without it serves everything else.
pub(super) fn bundle() -> Option<Bundle> {
    let bundle = Bundle::new(FILES);
    if bundle.is_none() {
        tracing::info!("the web page is not in this build; `cargo xtask run` builds it");
    }
    bundle
}
