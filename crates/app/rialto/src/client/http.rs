//! HTTP/1.1 over a plain socket: one request a connection, as a person at a terminal makes them.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, anyhow};
use serde_json::Value;

use super::{Connect, Request};
use crate::exit::{Exit, Failure, OrExit};
use crate::folder;

/// How long the venue may take to let a connection in, and to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// For people.
    Words,
    /// As they came, refusals too.
    Json,
}

/// Who asks, and whom.
pub(crate) struct Client {
    /// Host and port.
    address: String,
    key: String,
    pub(crate) form: Form,
}

impl Client {
    /// A client of a venue, with the key in a file.
    pub(crate) fn new(connect: &Connect) -> Result<Client, Failure> {
        let Connect { url, data, key_file, json } = connect;
        let key_file = key_file.clone().unwrap_or_else(|| data.join(folder::ADMIN_KEY));
        let form = if *json { Form::Json } else { Form::Words };
        let address = address_of(url).ok_or_else(|| {
            let expected = "http://HOST:PORT: this client does not encrypt";
            Exit::Usage.because(anyhow!("--url {url}: expected {expected}"))
        })?;
        let key = std::fs::read_to_string(&key_file);
        let key = key.with_context(|| format!("the key file {}", key_file.display()));
        let key = key.or_bad_input()?.trim().to_owned();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let wrong = anyhow!("the key file {} holds no key", key_file.display());
            return Err(Exit::BadInput.because(wrong));
        }
        Ok(Client { address, key, form })
    }

    /// Asks, and answers the body of a success.
    pub(crate) fn ask(&self, request: &Request) -> Result<Value, Failure> {
        let exchanged = self.exchange(request).and_then(|(status, mut body)| {
            let mut bytes = Vec::new();
            body.read_to_end(&mut bytes)?;
            Ok((status, bytes))
        });
        let (status, body) = self.or_unreached(exchanged)?;
        self.judge(status, &body)
    }

    /// Asks for a text, and writes it to stdout as it comes.
    pub(crate) fn copy(&self, request: &Request) -> Result<(), Failure> {
        let (status, mut body) = self.or_unreached(self.exchange(request))?;
        if status != 200 {
            let mut bytes = Vec::new();
            self.or_unreached(body.read_to_end(&mut bytes))?;
            return self.judge(status, &bytes).map(drop);
        }
        match io::copy(&mut body, &mut io::stdout().lock()) {
            // Who reads has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            copied => self.or_unreached(copied).map(drop),
        }
    }

    fn judge(&self, status: u16, body: &[u8]) -> Result<Value, Failure> {
        let answer: Value = serde_json::from_slice(body)
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

    fn or_unreached<T>(&self, done: io::Result<T>) -> Result<T, Failure> {
        done.with_context(|| format!("the venue at {}", self.address)).or_cannot_start()
    }

    fn exchange(&self, request: &Request) -> io::Result<(u16, Body<impl BufRead>)> {
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
        read_head(BufReader::new(socket))
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

/// The body of an answer: as long as its head says, or in chunks, the last of which is empty.
///
/// **Invariant:** its end is reached only when all of it came; what is cut off is an error.
struct Body<R> {
    reader: R,
    left: Left,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// So many bytes, and no more.
    Bytes(u64),
    /// So many bytes of this chunk; then comes another one.
    OfChunk(u64),
}

impl<R: BufRead> Read for Body<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == Left::OfChunk(0) {
            self.left = match next_chunk(&mut self.reader)? {
                0 => Left::Bytes(0),
                bytes => Left::OfChunk(bytes),
            };
        }
        let (Left::Bytes(left) | Left::OfChunk(left)) = &mut self.left;
        if *left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let wanted = usize::try_from(*left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.reader.read(&mut buffer[..wanted])?;
        if read == 0 {
            return Err(wrong("the answer was cut off"));
        }
        *left -= read as u64;
        if self.left == Left::OfChunk(0) {
            line(&mut self.reader)?;
        }
        Ok(read)
    }
}

/// How long the next chunk is.
fn next_chunk(reader: &mut impl BufRead) -> io::Result<u64> {
    let size = line(reader)?;
    let size = size.split(';').next().unwrap_or_default().trim();
    u64::from_str_radix(size, 16).map_err(|_| wrong("a chunk without its length"))
}

fn line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    if !line.ends_with('\n') {
        return Err(wrong("the answer was cut off"));
    }
    line.truncate(line.trim_end().len());
    Ok(line)
}

fn wrong(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

/// Status and body.
fn read_head<R: BufRead>(mut reader: R) -> io::Result<(u16, Body<R>)> {
    let status = line(&mut reader)?.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| wrong("this is no HTTP"))?;
    let mut left = None;
    loop {
        let line = line(&mut reader)?;
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            left = value.trim().parse().ok().map(Left::Bytes);
        } else if name.eq_ignore_ascii_case("transfer-encoding") && value.trim() == "chunked" {
            left = Some(Left::OfChunk(0));
        }
    }
    let left = left.ok_or_else(|| wrong("an answer without its length"))?;
    Ok((status, Body { reader, left }))
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

    fn read_answer(bytes: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        let (status, mut body) = read_head(bytes)?;
        let mut all = Vec::new();
        body.read_to_end(&mut all)?;
        Ok((status, all))
    }

    #[test]
    fn an_answer_that_is_cut_off_is_none() {
        let sized = &b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"[..];
        let chunks =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n";
        for whole in [sized, chunks] {
            assert_eq!(read_answer(whole).expect("whole"), (200, b"{}".to_vec()));
            for end in 0..whole.len() {
                assert!(read_answer(&whole[..end]).is_err(), "cut at {end}");
            }
        }
    }
}
