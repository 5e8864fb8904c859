//! The page in the binary: what was built is what is served, and without it everything else is.

mod support;

use std::fs;
use std::process::Command;

use support::{Server, root};

/// Asks as a browser does when somebody goes to an address: the head of the answer, and its body.
fn visit(server: &Server, path: &str) -> (String, String) {
    let url = format!("http://{}{path}", server.address);
    let arguments = ["-s", "-i", "--compressed", "-H", "Accept: text/html,*/*;q=0.8"];
    let output = Command::new("curl").args(arguments).arg(url).output().expect("curl");
    let text = String::from_utf8(output.stdout).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    (head.to_ascii_lowercase(), body.to_owned())
}

#[test]
fn the_page_that_was_built_is_the_one_served_and_without_it_the_root_says_how() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    let (head, body) = visit(&server, "/");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("content-security-policy: default-src 'self';"), "{head}");
    let (other, page) = visit(&server, "/t/PETR4");
    match fs::read_to_string(root().join("web/dist/index.html")) {
        Ok(built) => {
            assert_eq!((&body, &page), (&built, &built));
            for name in built.split('"').filter_map(|part| part.strip_prefix("/assets/")) {
                let file = root().join("web/dist/assets").join(name);
                let (head, body) = visit(&server, &format!("/assets/{name}"));
                assert!(head.contains("immutable"), "{name}: {head}");
                assert_eq!(body, fs::read_to_string(file).expect("text"), "{name}");
            }
        }
        Err(_) => {
            assert!(body.contains("cargo xtask run"), "{body}");
            assert!(other.starts_with("http/1.1 404"), "{other}");
        }
    }
    let (unknown, problem) = visit(&server, "/v1/nothing");
    assert!(unknown.starts_with("http/1.1 404"), "{unknown}");
    assert!(problem.contains("\"code\":\"unknown_path\""), "{problem}");
}
