//! A real WebSocket client.

use futures_util::{SinkExt, StreamExt};
use gateway::{Gateway, serve};
use identity::Secret;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::PATIENCE;

/// The gateway behind a socket.
pub struct Server {
    pub address: std::net::SocketAddr,
    stop: tokio::sync::oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Server {
    pub async fn start(gateway: Gateway) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let shutdown = async { stopped.await.unwrap_or_default() };
        let served = tokio::spawn(serve(listener, gateway, shutdown));
        Server { address, stop, served }
    }

    /// Stops as the signal does, and waits until all is drained.
    pub async fn stop(self) {
        self.stop.send(()).expect("it runs");
        tokio::time::timeout(PATIENCE, self.served).await.expect("it drains").unwrap().unwrap();
    }

    /// A socket with the operator's key.
    pub async fn connect(&self) -> Socket {
        self.connect_with(Some(&super::operator_key())).await
    }

    /// A socket that shows a key when it connects, or none.
    pub async fn connect_with(&self, key: Option<&Secret>) -> Socket {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let url = format!("ws://{}/v1/ws", self.address);
        let mut request = url.into_client_request().unwrap();
        if let Some(key) = key {
            request.headers_mut().insert("authorization", super::authorization(key));
        }
        let opened = tokio_tungstenite::client_async(request, stream).await;
        Socket { link: opened.expect("it upgrades").0 }
    }
}

/// One open socket.
pub struct Socket {
    link: WebSocketStream<TcpStream>,
}

impl Socket {
    pub async fn send(&mut self, message: Value) {
        self.link.send(Message::text(message.to_string())).await.unwrap();
    }

    /// Sends, and says whether the socket is still open.
    pub async fn try_send(&mut self, message: Value) -> bool {
        self.link.send(Message::text(message.to_string())).await.is_ok()
    }

    /// The next message; nothing when the socket was closed.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.link.next()).await;
            match message.expect("a message comes in time")? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(other) => panic!("{other:?} is not expected"),
            }
        }
    }

    /// The reason of the close frame that comes next.
    pub async fn closed(&mut self) -> Option<String> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.link.next()).await;
            match message.expect("a message comes in time")? {
                Ok(Message::Close(frame)) => return frame.map(|frame| frame.reason.to_string()),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }

    /// Skips to the answer to the request `id`.
    pub async fn answer(&mut self, id: &str) -> Value {
        loop {
            let message = self.next().await.expect("the socket stays open");
            if message["type"] == "answer" && message["id"] == id {
                return message;
            }
        }
    }

    /// Asks, and skips to the answer.
    pub async fn ask(&mut self, id: &str, mut message: Value) -> Value {
        message["id"] = json!(id);
        self.send(message).await;
        self.answer(id).await
    }

    /// All messages up to the next cut, with it.
    pub async fn cut(&mut self) -> Vec<Value> {
        let mut messages = Vec::new();
        loop {
            let message = self.next().await.expect("the socket stays open");
            let is_last = message["type"] == "cut";
            messages.push(message);
            if is_last {
                return messages;
            }
        }
    }

    pub async fn subscribe(&mut self, channels: &[&str]) -> Value {
        self.ask("subscribe", json!({"op": "subscribe", "channels": channels})).await
    }
}

pub fn kinds(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["type"].as_str().unwrap()).collect()
}
