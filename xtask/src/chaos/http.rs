//! A blocking HTTP/1.1 client on one kept connection.
//!
//! **Invariant:** a request is sent at most once. Libraries repeat some requests when a connection
//! dies; here each death must be told, because it is what is being tested.

use anyhow::{Context, Result};
use std::io::{self, BufRead, BufReader, Error, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than the venue may take to say "no answer".
const PATIENCE: Duration = Duration::from_secs(15);
const BODY_BYTES_MAX: usize = 16 << 20;

/// Room for a key or the token of a login.
const TOKEN_BYTES_MAX: usize = 96;

/// Where a venue is, and what lets us in.
#[derive(Clone, Copy)]
pub struct Door {
    address: SocketAddr,
    /// Followed by blanks.
    token: [u8; TOKEN_BYTES_MAX],
}

/// One connection to the venue, opened at the first request.
pub struct Connection {
    door: Door,
    stream: Option<BufReader<TcpStream>>,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub is_replayed: bool,
    pub body: Vec<u8>,
}

impl Door {
    /// # Errors
    /// When `token` is longer than any.
    pub fn new(address: SocketAddr, token: &str) -> Result<Door> {
        let mut padded = [b' '; TOKEN_BYTES_MAX];
        let room = padded.get_mut(..token.len()).context("no token is so long")?;
        room.copy_from_slice(token.as_bytes());
        Ok(Door { address, token: padded })
    }

    /// The same venue for whoever else shows `token`.
    ///
    /// # Errors
    /// When `token` is longer than any.
    pub fn with(self, token: &str) -> Result<Door> {
        Door::new(self.address, token)
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is shown there.
    pub fn token(&self) -> String {
        String::from_utf8_lossy(&self.token).trim_end().to_owned()
    }

    /// The headers that every request has.
    fn headers(&self) -> String {
        format!("host: {}\r\nauthorization: Bearer {}\r\n", self.address, self.token())
    }
}

impl Connection {
    pub fn new(door: Door) -> Connection {
        Connection { door, stream: None }
    }

    /// Sends a request and waits for its whole answer.
    ///
    /// # Errors
    /// When the connection cannot be made or died: whether the request had an effect is unknown.
    pub fn send(&mut self, method: &str, path: &str, body: &str) -> io::Result<Response> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.door.address)?,
        };
        let headers = self.door.headers();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{headers}content-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        stream.get_mut().write_all(request.as_bytes())?;
        let response = read_response(&mut stream)?;
        self.stream = Some(stream);
        Ok(response)
    }
}

/// Opens an event stream. As HTTP/1.0, so that it comes plain and ends with the connection.
///
/// # Errors
/// When the connection cannot be made or the answer is not 200.
pub fn open_stream(
    door: Door,
    path: &str,
    last_event_id: Option<u64>,
) -> io::Result<BufReader<TcpStream>> {
    let mut stream = connect(door.address)?;
    let resume = last_event_id.map_or(String::new(), |id| format!("last-event-id: {id}\r\n"));
    let request = format!("GET {path} HTTP/1.0\r\n{}{resume}\r\n", door.headers());
    stream.get_mut().write_all(request.as_bytes())?;
    let head = read_head(&mut stream)?;
    if head.status != 200 {
        return Err(broken(&format!("the stream answers {}", head.status)));
    }
    Ok(stream)
}

struct Head {
    status: u16,
    is_replayed: bool,
    body_bytes: Option<usize>,
}

fn connect(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(BufReader::new(stream))
}

fn read_response(stream: &mut impl BufRead) -> io::Result<Response> {
    let head = read_head(stream)?;
    let bytes = head.body_bytes.ok_or_else(|| broken("an answer has no length"))?;
    if bytes > BODY_BYTES_MAX {
        return Err(broken("an answer is too long"));
    }
    let mut body = vec![0; bytes];
    stream.read_exact(&mut body)?;
    Ok(Response { status: head.status, is_replayed: head.is_replayed, body })
}

fn read_head(stream: &mut impl BufRead) -> io::Result<Head> {
    let first = read_line(stream)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| broken(&format!("no status line: {first:?}")))?;
    let mut head = Head { status, is_replayed: false, body_bytes: None };
    loop {
        let line = read_line(stream)?;
        let Some((name, value)) = line.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            head.body_bytes = value.trim().parse().ok();
        }
        if name.eq_ignore_ascii_case("idempotency-replayed") {
            head.is_replayed = value.trim() == "true";
        }
    }
    Ok(head)
}

fn read_line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    stream.take(8_192).read_line(&mut line)?;
    if !line.ends_with('\n') {
        return Err(Error::new(ErrorKind::UnexpectedEof, "the connection ended in an answer"));
    }
    Ok(line.trim_end().to_owned())
}

fn broken(why: &str) -> Error {
    Error::new(ErrorKind::InvalidData, why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_whole_or_not_at_all() {
        let whole = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nIdempotency-Replayed: true\r\n\r\n{}";
        let response = read_response(&mut whole.as_bytes()).unwrap();
        assert_eq!((response.status, response.is_replayed), (200, true));
        assert_eq!(response.body, b"{}");
        for end in 0..whole.len() {
            assert!(read_response(&mut &whole.as_bytes()[..end]).is_err(), "cut at {end}");
        }
    }
}
