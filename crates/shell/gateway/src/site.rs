//! Where browsers reach the venue, and what a page may ask with the cookie of a login.
//!
//! **Invariant:** with a cookie, which browsers send whoever's page asks, nothing is changed and no
//! socket is opened unless the page is the venue's own. It deliberately knows no logins.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use std::time::Duration;

use crate::body;
use crate::problem::Problem;

/// Of a login, over HTTP: browsers take the prefix `__Host-` over HTTPS only.
const COOKIE: &str = "rialto";
const COOKIE_HTTPS: &str = "__Host-rialto";
/// The names of this machine in addresses that only it reaches.
const LOCAL_HOSTS: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// Where browsers reach the venue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    is_https: bool,
    /// As browsers write `Origin`: scheme, host, and the port where it is not the usual one.
    origins: Vec<String>,
    /// As browsers write `Host`.
    hosts: Vec<String>,
    /// Whether any port of this machine's own names will do as `Host`: no name elsewhere can be
    /// made to be one of them, and the port may be forwarded.
    takes_local: bool,
}

impl Site {
    /// What [`Site::new`] takes.
    pub const EXPECTED: &str = "http:// or https://, a host, a port if it is not the usual one, \
        and nothing after";

    /// The site at `url`; `None` when that is not the address of one.
    pub fn new(url: &str) -> Option<Site> {
        let uri: axum::http::Uri = url.parse().ok()?;
        let (is_https, usual) = match uri.scheme_str()? {
            "http" => (false, 80),
            "https" => (true, 443),
            _ => return None,
        };
        let is_plain = matches!(uri.path(), "" | "/") && uri.query().is_none();
        let authority = uri.authority().filter(|it| is_plain && !it.as_str().contains('@'))?;
        let host = uri.host().filter(|host| !host.is_empty())?.to_ascii_lowercase();
        // What follows the host is a colon and a port, or nothing.
        let host = match (uri.port_u16(), authority.as_str().len() - host.len()) {
            (None, 0) => host,
            (None, _) => return None,
            (Some(port), _) if port == usual => host,
            (Some(port), _) => format!("{host}:{port}"),
        };
        let scheme = if is_https { "https" } else { "http" };
        let origins = vec![format!("{scheme}://{host}")];
        Some(Site { is_https, origins, hosts: vec![host], takes_local: false })
    }

    /// What only this machine reaches, at a port.
    pub fn local(port: u16) -> Site {
        let names = |host: &&str| Site::new(&format!("http://{host}:{port}")).expect("an address");
        let sites: Vec<Site> = LOCAL_HOSTS.iter().map(names).collect();
        Site {
            is_https: false,
            origins: sites.iter().flat_map(|site| site.origins.clone()).collect(),
            hosts: sites.into_iter().flat_map(|site| site.hosts).collect(),
            takes_local: true,
        }
    }

    /// This site, where requests may also name the hosts of `other`: a proxy in front of the venue
    /// reaches it by another name.
    pub fn behind(mut self, other: Site) -> Site {
        self.hosts.extend(other.hosts);
        self.takes_local |= other.takes_local;
        self
    }

    /// That a request is meant for this site: a page that had its own name lead here (DNS
    /// rebinding) names another. A program may name none.
    pub(crate) fn check_host(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(host) = headers.get(header::HOST) else { return Ok(()) };
        let told = String::from_utf8_lossy(host.as_bytes()).to_ascii_lowercase();
        let usual = if self.is_https { ":443" } else { ":80" };
        let host = told.strip_suffix(usual).unwrap_or(&told);
        let is_local = LOCAL_HOSTS.iter().any(|local| is_of(host, local));
        if self.takes_local && is_local || self.hosts.iter().any(|known| known == host) {
            return Ok(());
        }
        Err(Problem::misdirected(&told, &self.hosts[0]))
    }

    /// That the page which asks is this site's.
    pub(crate) fn check_origin(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let shown =
            headers.get(header::ORIGIN).map(|origin| String::from_utf8_lossy(origin.as_bytes()));
        if shown.as_ref().is_some_and(|shown| self.origins.iter().any(|own| own == shown)) {
            return Ok(());
        }
        Err(Problem::foreign_origin(shown.as_deref(), &self.origins[0]))
    }

    fn cookie(&self) -> &'static str {
        if self.is_https { COOKIE_HTTPS } else { COOKIE }
    }

    /// The token that the request's cookie holds, if it has one.
    pub(crate) fn token<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let cookies = headers.get_all(header::COOKIE).iter();
        let pairs = cookies.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
        let mut named = pairs.filter_map(|pair| pair.trim().split_once('='));
        named.find_map(|(name, token)| (name == self.cookie()).then_some(token))
    }

    /// Like [`Site::token`], for a request that may do with it what its cookie allows.
    pub(crate) fn checked_token<'a>(&self, parts: &'a Parts) -> Result<Option<&'a str>, Problem> {
        let Some(token) = self.token(&parts.headers) else { return Ok(None) };
        let reads = [Method::GET, Method::HEAD].contains(&parts.method);
        if !reads || parts.headers.contains_key(header::UPGRADE) {
            self.check_origin(&parts.headers)?;
        }
        if !reads {
            body::check_media_type(&parts.headers)?;
        }
        Ok(Some(token))
    }

    /// Has the browser keep a login's token for as long as the login lasts.
    pub(crate) fn keep(&self, token: &str, life: Duration) -> HeaderValue {
        let secure = if self.is_https { "; Secure" } else { "" };
        let (name, seconds) = (self.cookie(), life.as_secs());
        let cookie =
            format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
        HeaderValue::try_from(cookie).expect("tokens are letters and digits")
    }

    /// Has the browser forget it.
    pub(crate) fn forget(&self) -> HeaderValue {
        self.keep("", Duration::ZERO)
    }
}

/// Whether `host` is this name, with or without a port.
fn is_of(host: &str, name: &str) -> bool {
    let rest = host.strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_what_browsers_write() {
        for (url, origin, host) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("https://Rialto.example/", "https://rialto.example", "rialto.example"),
            ("https://rialto.example:443", "https://rialto.example", "rialto.example"),
            ("http://[::1]:80", "http://[::1]", "[::1]"),
            ("http://rialto.example:443", "http://rialto.example:443", "rialto.example:443"),
        ] {
            let site = Site::new(url).expect(url);
            assert_eq!((site.origins[0].as_str(), site.hosts[0].as_str()), (origin, host));
        }
        for url in [
            "",
            "rialto.example",
            "ftp://a",
            "http://",
            "http://a/b",
            "http://a?b",
            "http://u@a",
            "http://a:",
            "http://a:99999",
        ] {
            assert_eq!(Site::new(url), None, "{url}");
        }
    }

    #[test]
    fn only_the_own_cookie_is_read() {
        let site = Site::local(80);
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; xrialto=1"));
        assert_eq!(site.token(&headers), None);
        headers.append(header::COOKIE, HeaderValue::from_static("a=b;rialto=secret"));
        assert_eq!(site.token(&headers), Some("secret"));
        assert_eq!(Site::new("https://a").expect("a site").token(&headers), None);
    }
}
