//! HTTP/1.1 over a plain socket: one request a connection, as a person at a terminal makes them.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow};
use serde_json::Value;

use super::request::Request;
use crate::exit::{Exit, Failure, OrExit};

/// How long the venue may take to let a connection in, and to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// More than any page has.
const ANSWER_BYTES_MAX: u64 = 64 << 20;

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For people.
    Words,
    /// As they came, refusals too.
    Json,
}

/// Who asks, and whom.
pub(super) struct Client {
    /// Host and port.
    address: String,
    key: String,
    form: Form,
}

impl Client {
    /// A client of the venue at `url`, with the key in a file.
    pub(super) fn new(url: &str, key_file: &Path, form: Form) -> Result<Client, Failure> {
        let address = address_of(url).ok_or_else(|| {
            let expected = "http://HOST:PORT: this client does not encrypt";
            Exit::Usage.because(anyhow!("--url {url}: expected {expected}"))
        })?;
        let key = std::fs::read_to_string(key_file);
        let key = key.with_context(|| format!("the key file {}", key_file.display()));
        let key = key.or_bad_input()?.trim().to_owned();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let wrong = anyhow!("the key file {} holds no key", key_file.display());
            return Err(Exit::BadInput.because(wrong));
        }
        Ok(Client { address, key, form })
    }

    /// Asks, and answers the body of a success.
    pub(super) fn ask(&self, request: &Request) -> Result<Value, Failure> {
        let exchanged = self.exchange(request);
        let (status, body) = exchanged
            .with_context(|| format!("the venue at {}", self.address))
            .or_cannot_start()?;
        let answer: Value = serde_json::from_slice(&body)
            .with_context(|| format!("{} answers {status} without JSON", self.address))
            .or_cannot_start()?;
        if let (Form::Json, 400..) = (self.form, status) {
            crate::print(&format!("{answer}\n")).or_cannot_start()?;
        }
        match status {
            200..300 => Ok(answer),
            400..500 => Err(Exit::No.because(told(&answer))),
            _ => Err(Exit::CannotStart.because(told(&answer))),
        }
    }

    fn exchange(&self, request: &Request) -> io::Result<(u16, Vec<u8>)> {
        let mut socket = self.connect()?;
        let (method, target) = (request.method, request.target());
        let body = request.body.as_ref().map(Value::to_string).unwrap_or_default();
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        write!(
            socket,
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Authorization: Bearer {}\r\n{kind}Content-Length: {}\r\n\r\n{body}",
            self.address,
            self.key,
            body.len()
        )?;
        read_answer(&mut BufReader::new(socket.take(ANSWER_BYTES_MAX)))
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
        for address in self.address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(socket) => {
                    socket.set_read_timeout(Some(PATIENCE))?;
                    socket.set_write_timeout(Some(PATIENCE))?;
                    return Ok(socket);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// Host and port of `http://HOST[:PORT]`, with or without a slash behind.
fn address_of(url: &str) -> Option<String> {
    let authority = url.strip_prefix("http://")?;
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    if authority.is_empty() || !authority.bytes().all(is_good) {
        return None;
    }
    let host_end = authority.rfind(']').map_or(0, |end| end + 1);
    let has_port = authority[host_end..].contains(':');
    Some(if has_port { authority.to_owned() } else { format!("{authority}:80") })
}

/// Status and body: the venue says how long each of its bodies is.
fn read_answer(reader: &mut impl BufRead) -> io::Result<(u16, Vec<u8>)> {
    let wrong = |what: &'static str| io::Error::new(ErrorKind::InvalidData, what);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| wrong("this is no HTTP"))?;
    let mut length = None;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let length = length.ok_or_else(|| wrong("an answer without its length"))?;
    let mut body = Vec::new();
    reader.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(wrong("the answer was cut off"));
    }
    Ok((status, body))
}

/// A problem document in one line.
fn told(problem: &Value) -> anyhow::Error {
    let text = |name: &str| problem[name].as_str().unwrap_or_default();
    let (code, detail, expected) = (text("code"), text("detail"), text("expected"));
    if expected.is_empty() || detail.contains(expected) {
        return anyhow!("{code}: {detail}");
    }
    anyhow!("{code}: {detail} (expected {expected})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_a_host_and_a_port_and_nothing_else() {
        for (url, expected) in [
            ("http://127.0.0.1:8080", Some("127.0.0.1:8080")),
            ("http://venue.example/", Some("venue.example:80")),
            ("http://[::1]", Some("[::1]:80")),
            ("http://[::1]:8080", Some("[::1]:8080")),
            ("https://venue.example", None),
            ("http://venue.example/v1", None),
            ("http://", None),
            ("venue.example:80", None),
            ("http://a\r\nX: b", None),
        ] {
            assert_eq!(address_of(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn what_would_pass_is_told_once() {
        let problem = |detail: &str| {
            told(&serde_json::json!({"code": "c", "detail": detail, "expected": "1 to 9"}))
                .to_string()
        };
        assert_eq!(problem("limit is 0, expected 1 to 9"), "c: limit is 0, expected 1 to 9");
        assert_eq!(problem("The limit is 0."), "c: The limit is 0. (expected 1 to 9)");
    }

    #[test]
    fn an_answer_that_is_cut_off_is_none() {
        let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(read_answer(&mut &whole[..]).expect("whole"), (200, b"{}".to_vec()));
        for end in 0..whole.len() {
            assert!(read_answer(&mut &whole[..end]).is_err(), "cut at {end}");
        }
    }
}
