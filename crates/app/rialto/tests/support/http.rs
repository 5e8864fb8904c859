//! HTTP over plain sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::PATIENCE;

/// What a request came to.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    /// Name in lower case, value.
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

/// One event of a stream.
#[derive(Clone, Debug)]
pub struct Event {
    pub name: String,
    pub data: Value,
}

/// What came as text.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    /// Name in lower case, value.
    pub headers: Vec<(String, String)>,
    pub text: String,
}

/// A connection that is kept.
pub struct Connection {
    reader: BufReader<TcpStream>,
    address: String,
    key: String,
}

/// An open stream of events.
pub struct Stream(BufReader<TcpStream>);

/// One request without a key, for what may be anything; `host` is what it names.
pub fn fetch(address: &str, host: &str, method: &str, path: &str) -> Page {
    let mut socket = connect(address);
    // By HTTP/1.0, so that it does not come in chunks and ends with the connection.
    write!(socket, "{method} {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").expect("sent");
    let mut reader = BufReader::new(socket);
    let (status, headers) = read_head(&mut reader);
    let mut text = String::new();
    reader.read_to_string(&mut text).expect("text");
    Page { status, headers, text }
}

impl Page {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The body of an answer that must be a success.
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.body
    }
}

/// One request on a connection of its own.
pub fn request(address: &str, key: &str, method: &str, path: &str, body: Option<&Value>) -> Reply {
    Connection::open(address, key).send(method, path, body)
}

impl Connection {
    /// Connects; every request shows the key.
    pub fn open(address: &str, key: &str) -> Connection {
        let reader = BufReader::new(connect(address));
        Connection { reader, address: address.to_owned(), key: key.to_owned() }
    }

    /// Asks, and waits for the answer.
    pub fn send(&mut self, method: &str, path: &str, body: Option<&Value>) -> Reply {
        self.try_send(method, path, body).expect("an answer")
    }

    /// The same; `None` when the venue ended meanwhile.
    pub fn try_send(&mut self, method: &str, path: &str, body: Option<&Value>) -> Option<Reply> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.key,
            body.len()
        );
        self.reader.get_mut().write_all(request.as_bytes()).ok()?;
        self.reader.fill_buf().ok().filter(|read| !read.is_empty())?;
        let (status, headers) = read_head(&mut self.reader);
        let mut reply = Reply { status, headers, body: Value::Null };
        let length = reply.header("content-length").expect("a body has a length");
        let mut text = vec![0; length.parse().expect("a number")];
        self.reader.read_exact(&mut text).expect("a body");
        let body = serde_json::from_slice(&text);
        reply.body = body.unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&text)));
        Some(reply)
    }
}

impl Stream {
    pub fn open(address: &str, key: &str, path: &str) -> Stream {
        let mut socket = connect(address);
        // By HTTP/1.0, so that it does not come in chunks.
        let key = format!("Authorization: Bearer {key}");
        write!(socket, "GET {path} HTTP/1.0\r\nHost: {address}\r\n{key}\r\n\r\n").expect("sent");
        let mut reader = BufReader::new(socket);
        let (status, headers) = read_head(&mut reader);
        assert_eq!(status, 200, "{headers:?}");
        Stream(reader)
    }

    /// All events up to and with the next one named `last`.
    pub fn until(&mut self, last: &str) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let event = self.next();
            let is_last = event.name == last;
            events.push(event);
            if is_last {
                return events;
            }
        }
    }

    fn next(&mut self) -> Event {
        let (mut name, mut data) = (String::new(), Value::Null);
        loop {
            let mut line = String::new();
            let read = self.0.read_line(&mut line).expect("a line");
            assert!(read > 0, "the stream ended");
            match line.trim_end().split_once(": ") {
                Some(("event", text)) => name = text.to_owned(),
                Some(("data", text)) => data = serde_json::from_str(text).expect("JSON"),
                Some(_) => {}
                // An empty line ends an event, but a heartbeat's comment is none.
                None if name.is_empty() => {}
                None => return Event { name, data },
            }
        }
    }
}

fn connect(address: &str) -> TcpStream {
    let socket = TcpStream::connect(address).expect("it listens");
    socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    socket
}

fn read_head(reader: &mut impl BufRead) -> (u16, Vec<(String, String)>) {
    let mut line = String::new();
    reader.read_line(&mut line).expect("a status line");
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.unwrap_or_else(|| panic!("no status: {line:?}"));
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).expect("a header");
        match line.trim_end().split_once(':') {
            Some((name, value)) => {
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
            None => return (status, headers),
        }
    }
}
