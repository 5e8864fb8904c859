//! What the reader of a file takes, and what it has.
//!
//! Source: RFC 9110, sections 8.8.3, 12.5.1, 12.5.3 and 13.1.2.

use axum::http::{HeaderMap, HeaderName, header};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// What it is called in headers; as it is, a file has none.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Encoding::Brotli => Some("br"),
            Encoding::Gzip => Some("gzip"),
            Encoding::Identity => None,
        }
    }
}

/// How much something is liked, in thousandths; 0 is not at all.
type Weight = u16;
const WEIGHT_MAX: Weight = 1_000;

/// The form that the reader likes best of those that there are; of equals the smallest. The file as
/// it is does where nothing that is asked for is there.
pub(super) fn chosen(headers: &HeaderMap, is_there: impl Fn(Encoding) -> bool) -> Encoding {
    let weight = |name| weight_of(headers, header::ACCEPT_ENCODING, &[name, "*"]).unwrap_or(0);
    // What nobody speaks of may be sent as it is, and is the last that is taken.
    let plain = weight_of(headers, header::ACCEPT_ENCODING, &["identity"]).unwrap_or(1);
    let forms = [
        (Encoding::Brotli, weight("br")),
        (Encoding::Gzip, weight("gzip")),
        (Encoding::Identity, plain),
    ];
    let mut best = (Encoding::Identity, 0);
    for (encoding, weight) in forms {
        if weight > best.1 && is_there(encoding) {
            best = (encoding, weight);
        }
    }
    best.0
}

/// Whether a reader asks for pages, as browsers do by name when somebody goes to an address; what
/// takes anything is a program.
pub(super) fn accepts_html(headers: &HeaderMap) -> bool {
    weight_of(headers, header::ACCEPT, &["text/html"]).is_some_and(|weight| weight > 0)
}

/// Whether the reader has this form already.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    items(headers, header::IF_NONE_MATCH).any(|item| {
        let item = item.strip_prefix("W/").unwrap_or(item);
        item == "*" || item == etag
    })
}

/// The weight of the first of `names` that a header has.
fn weight_of(headers: &HeaderMap, header: HeaderName, names: &[&str]) -> Option<Weight> {
    let find = |wanted: &&str| {
        items(headers, header.clone()).find_map(|item| {
            let (name, rest) = item.split_once(';').unwrap_or((item, ""));
            name.trim().eq_ignore_ascii_case(wanted).then(|| weight_in(rest))
        })
    };
    names.iter().find_map(find)
}

/// The weight among an item's parameters; 1 unless they have one, 0 when it cannot be read.
fn weight_in(parameters: &str) -> Weight {
    let mut named = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let weight = named.find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    let Some((_, text)) = weight else { return WEIGHT_MAX };
    let (whole, places) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = format!("{whole}{places:0<3}");
    let thousandths = (places.len() <= 3).then(|| digits.parse().ok()).flatten();
    thousandths.filter(|weight| *weight <= WEIGHT_MAX).unwrap_or(0)
}

/// The items of a header that is a list, over all lines of it.
fn items(headers: &HeaderMap, header: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn with(name: HeaderName, text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(text))])
    }

    #[test]
    fn the_form_liked_best_is_chosen_and_of_equals_the_smallest() {
        let choose = |text| chosen(&with(header::ACCEPT_ENCODING, text), |_| true);
        assert_eq!(chosen(&HeaderMap::new(), |_| true), Encoding::Identity);
        for (asked, expected) in [
            ("", Encoding::Identity),
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip, deflate", Encoding::Gzip),
            ("GZIP;Q=0.5", Encoding::Gzip),
            ("br;q=0.5, gzip;q=0.501", Encoding::Gzip),
            ("br;q=0, gzip; q=1.000", Encoding::Gzip),
            ("br;q=0.2, identity;q=0.9", Encoding::Identity),
            ("*", Encoding::Brotli),
            ("*;q=0, gzip", Encoding::Gzip),
            ("*, br;q=0", Encoding::Gzip),
            ("zstd", Encoding::Identity),
            ("identity;q=0", Encoding::Identity),
            ("br;q=many, gzip;q=1.5", Encoding::Identity),
            ("br;q=0.0001", Encoding::Identity),
        ] {
            assert_eq!(choose(asked), expected, "{asked}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_chosen() {
        let headers = with(header::ACCEPT_ENCODING, "br, gzip;q=0.5");
        assert_eq!(chosen(&headers, |form| form != Encoding::Brotli), Encoding::Gzip);
        assert_eq!(chosen(&headers, |form| form == Encoding::Identity), Encoding::Identity);
    }

    #[test]
    fn a_browser_that_goes_somewhere_asks_for_a_page_and_a_program_does_not() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (asked, expected) in [
            (browser, true),
            ("application/json, TEXT/HTML; q=0.1", true),
            ("text/html;q=0", false),
            ("*/*", false),
            ("application/json", false),
        ] {
            assert_eq!(accepts_html(&with(header::ACCEPT, asked)), expected, "{asked}");
        }
        assert!(!accepts_html(&HeaderMap::new()));
    }

    #[test]
    fn a_form_is_known_by_any_of_the_tags_told() {
        for (told, expected) in [
            ("\"a\"", true),
            ("\"b\", W/\"a\"", true),
            ("*", true),
            ("\"a-br\"", false),
            ("a", false),
        ] {
            assert_eq!(is_known(&with(header::IF_NONE_MATCH, told), "\"a\""), expected, "{told}");
        }
    }
}
