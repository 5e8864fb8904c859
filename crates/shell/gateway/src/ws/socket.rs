//! One socket from upgrade to close.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use axum::response::IntoResponse;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, SplitSink};
use futures_util::{FutureExt, SinkExt, StreamExt};
use identity::Scope;
use serde::Serialize;
use tokio::time::Instant;
use types::Seq;

use crate::clients::ClientPlace;
use crate::gateway::Gateway;
use crate::principal::Principal;
use crate::problem::Problem;
use crate::stream::{CHANNELS_MAX, Channel, Follower, Frame, read_channels};
use crate::ws::answer;
use crate::ws::call::{Called, call};
use crate::ws::liveness::Liveness;
use crate::ws::placed::Placed;
use crate::ws::request::{OrderRequest, Request, read};

/// Requests of one socket that may wait for their answers; more are not read.
pub(crate) const IN_FLIGHT_MAX: usize = 64;
/// Snapshots that one socket may wait for.
pub(crate) const WISHES_MAX: usize = 64;
/// A client that shows no key for so long is closed.
pub(crate) const AUTH_MAX: Duration = Duration::from_secs(5);
/// A client that does not take what is written at once within so long is closed; sooner, when a
/// ping has been unanswered for as long as it may. An event stream that takes nothing for so long
/// breaks off.
pub(crate) const SEND_MAX: Duration = Duration::from_secs(3);
/// Why a socket closes whose client does not take what is written.
const NOT_READING: &str = "not_reading";
/// How long a client may take to hear why its socket closes.
const GOODBYE_MAX: Duration = Duration::from_millis(500);

/// One client's socket.
pub(super) struct Socket {
    gateway: Gateway,
    /// Whose it is; nobody's until a key was shown.
    principal: Option<Principal>,
    /// Ends when the key or login has ended, or none was shown in time.
    expiry: BoxFuture<'static, &'static str>,
    follower: Follower,
    calls: FuturesUnordered<BoxFuture<'static, Called>>,
    placed: Placed,
    liveness: Liveness,
}

/// What woke a socket.
enum Woken {
    Called(Called),
    Message(Message),
    Frames(Vec<Frame>),
    /// The client is gone, or its socket broke.
    Gone,
    /// The socket is to close, for this reason.
    Close(&'static str),
}

/// Why a socket is closed by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    /// The stream ended with a reason of its own, which was told.
    Ended,
    /// For this reason.
    For(&'static str),
    /// The socket is gone already.
    Gone,
}

#[derive(Serialize)]
struct Channels {
    channels: Vec<String>,
}

#[derive(Serialize)]
struct Enabled {
    cancel_on_disconnect: bool,
}

type Sender = SplitSink<WebSocket, Message>;

impl Socket {
    pub(super) fn new(gateway: Gateway, place: ClientPlace) -> Socket {
        Socket {
            follower: Follower::new(&gateway, place),
            gateway,
            principal: None,
            expiry: tokio::time::sleep(AUTH_MAX).map(|()| "unauthenticated").boxed(),
            calls: FuturesUnordered::new(),
            placed: Placed::new(),
            liveness: Liveness::new(),
        }
    }

    /// Serves the socket until it closes, then cancels what is to end with it.
    pub(super) async fn run(mut self, link: WebSocket, principal: Option<Principal>) {
        if let Some(principal) = principal {
            self.admit(principal);
        }
        let (mut sender, mut receiver) = link.split();
        let closing = loop {
            let is_behind = self.liveness.is_behind();
            // Biased: no flood holds up the end of its own key. Then answers, then what the client
            // says, for its pongs are among it.
            let woken = tokio::select! {
                biased;
                reason = &mut self.expiry => Woken::Close(reason),
                Some(called) = self.calls.next() => Woken::Called(called),
                message = receiver.next(), if self.calls.len() < IN_FLIGHT_MAX => match message {
                    Some(Ok(message)) => Woken::Message(message),
                    Some(Err(_)) | None => Woken::Gone,
                },
                () = self.liveness.given_up() => Woken::Close(NOT_READING),
                frames = self.follower.next(), if !is_behind => Woken::Frames(frames),
            };
            if let Err(closing) = self.serve(woken, &mut sender).await {
                break closing;
            }
        };
        if closing == Closing::For(NOT_READING) {
            self.follower.client().cut_off();
        }
        close(closing, &mut sender).await;
        self.end().await;
    }

    async fn serve(&mut self, woken: Woken, sender: &mut Sender) -> Result<(), Closing> {
        match woken {
            Woken::Called(called) => {
                if let Some(order) = called.placed.filter(|_| self.placed.enabled) {
                    self.placed.note(&self.gateway, order);
                }
                send(sender, self.sent_until(), [Message::Text(called.message.into())]).await
            }
            Woken::Message(Message::Text(text)) => match self.ask(text.as_bytes()) {
                Some(answer) => {
                    let answer = Message::Text(answer.await.into());
                    send(sender, self.sent_until(), [answer]).await
                }
                None => Ok(()),
            },
            Woken::Message(Message::Pong(_)) => {
                self.liveness.pong();
                Ok(())
            }
            Woken::Message(Message::Binary(_)) => {
                let problem = Problem::field("message", "binary", "text").into_response();
                self.gateway.meter().told(&problem);
                let answer = answer::write(None, problem).await;
                send(sender, self.sent_until(), [Message::Text(answer.into())]).await
            }
            // The answer to a ping is sent by the library.
            Woken::Message(Message::Ping(_)) => Ok(()),
            Woken::Message(Message::Close(_)) | Woken::Gone => Err(Closing::Gone),
            Woken::Close(reason) => Err(Closing::For(reason)),
            Woken::Frames(frames) if frames.is_empty() => Err(Closing::Ended),
            Woken::Frames(frames) => {
                let ping = self.liveness.ping().then(|| Message::Ping(Default::default()));
                let frames = frames.into_iter().map(|frame| Message::Text(frame.json));
                send(sender, self.sent_until(), frames.chain(ping)).await
            }
        }
    }

    /// When what is sent now must have been taken.
    fn sent_until(&self) -> Instant {
        let until = Instant::now() + SEND_MAX;
        self.liveness.until().map_or(until, |given_up| until.min(given_up))
    }

    /// Serves a principal from now on, as long as what it showed is good.
    fn admit(&mut self, principal: Principal) {
        let principal = Principal { connection: self.gateway.next_connection(), ..principal };
        let gateway = self.gateway.clone();
        let ended = async move { gateway.credential_ended(principal).await };
        self.expiry = ended.map(|()| "credential_ended").boxed();
        self.follower.client().belongs_to(principal.id);
        self.principal = Some(principal);
    }

    /// Takes the key of a client that showed none when it connected.
    fn auth(&mut self, key: &str) -> Result<(), Problem> {
        if self.principal.is_some() {
            let expected = "this once, on a socket that showed no key when it connected";
            return Err(Problem::field("op", "auth", expected));
        }
        let principal = self.gateway.principal_of_key(key)?;
        self.admit(principal);
        Ok(())
    }

    /// A request of somebody whose key or login has not asked too much; to show one is free.
    fn counted(&self, request: Request) -> Result<Request, Problem> {
        if !matches!(request, Request::Auth { .. }) {
            self.gateway.limits().of_key(self.principal()?.credential)?;
        }
        Ok(request)
    }

    fn principal(&self) -> Result<Principal, Problem> {
        self.principal.ok_or_else(Problem::no_key)
    }

    /// Does what a message asks; the answer, unless it comes later.
    fn ask(&mut self, text: &[u8]) -> Option<BoxFuture<'static, String>> {
        let (id, request) = read(text);
        let answered = match request.and_then(|request| self.counted(request)) {
            Ok(Request::Auth { key }) => self.auth(&key).map(|()| Vec::new()),
            Ok(Request::Order(request)) => match self.principal() {
                Ok(principal) => {
                    self.call(principal, id, request);
                    return None;
                }
                Err(problem) => Err(problem),
            },
            Ok(Request::Subscribe { channels, resume }) => self.subscribe(&channels, resume),
            Ok(Request::Unsubscribe { channels }) => self.unsubscribe(&channels),
            Ok(Request::Resync { channel }) => self.resync(channel),
            Ok(Request::CancelOnDisconnect { enabled }) => {
                self.placed.enabled = enabled;
                let body = Enabled { cancel_on_disconnect: enabled };
                return Some(std::future::ready(answer::ok(id, &body)).boxed());
            }
            Err(problem) => Err(problem),
        };
        Some(match answered {
            Ok(channels) => std::future::ready(answer::ok(id, &Channels { channels })).boxed(),
            Err(problem) => {
                let response = problem.into_response();
                self.gateway.meter().told(&response);
                answer::write(id, response).boxed()
            }
        })
    }

    fn call(&mut self, principal: Principal, id: Option<String>, request: OrderRequest) {
        self.calls.push(call(self.gateway.clone(), principal, id, request).boxed());
    }

    fn subscribe(&mut self, names: &[String], resume: Option<Seq>) -> Result<Vec<String>, Problem> {
        let mut channels = self.channels(names)?;
        if let Some(resume) = resume.filter(|_| self.follower.channel_count() > 0) {
            let expected = "no resume: this socket follows channels already";
            return Err(Problem::field("resume", resume, expected));
        }
        channels.retain(|channel| !self.follower.follows(*channel));
        if self.follower.channel_count() + channels.len() > CHANNELS_MAX {
            let expected = format!("at most {CHANNELS_MAX} channels of a socket");
            return Err(Problem::field("channels", names.join(","), &expected));
        }
        if !channels.is_empty() {
            self.check_wishes()?;
            self.follower.follow(channels, resume);
        }
        Ok(names.to_vec())
    }

    fn unsubscribe(&mut self, names: &[String]) -> Result<Vec<String>, Problem> {
        for channel in self.channels(names)? {
            self.follower.leave(channel);
        }
        Ok(names.to_vec())
    }

    /// Begins a channel anew, for a client that lost track of it.
    fn resync(&mut self, name: String) -> Result<Vec<String>, Problem> {
        let channels = self.channels(std::slice::from_ref(&name))?;
        if channels.iter().any(|channel| !self.follower.follows(*channel)) {
            return Err(Problem::field("channel", name, "a channel that this socket follows"));
        }
        self.check_wishes()?;
        self.follower.follow(channels, None);
        Ok(vec![name])
    }

    /// That not too many snapshots are still to come.
    fn check_wishes(&self) -> Result<(), Problem> {
        if self.follower.wish_count() < WISHES_MAX {
            return Ok(());
        }
        Err(Problem::rate_limited("socket", WISHES_MAX as u32, 1))
    }

    fn channels(&self, names: &[String]) -> Result<Vec<Channel>, Problem> {
        let principal = self.principal()?.with(Scope::Read)?;
        read_channels(&self.gateway, principal, names.iter().map(String::as_str))
    }

    /// Waits for what is under way, and cancels the orders that end with the socket.
    async fn end(mut self) {
        while let Some(called) = self.calls.next().await {
            if let Some(order) = called.placed.filter(|_| self.placed.enabled) {
                self.placed.note(&self.gateway, order);
            }
        }
        if let Some(principal) = self.principal {
            self.placed.cancel(&self.gateway, principal).await;
        }
    }
}

/// Sends messages together, to a client that takes them in time.
async fn send(
    sender: &mut Sender,
    until: Instant,
    messages: impl IntoIterator<Item = Message>,
) -> Result<(), Closing> {
    let sending = async {
        for message in messages {
            sender.feed(message).await?;
        }
        sender.flush().await
    };
    match tokio::time::timeout_at(until, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Closing::Gone),
        Err(_) => Err(Closing::For(NOT_READING)),
    }
}

/// Says goodbye, as far as the client still listens.
async fn close(closing: Closing, sender: &mut Sender) {
    let (code, reason) = match closing {
        Closing::Ended => (close_code::AWAY, "ended"),
        Closing::For(reason) => (close_code::POLICY, reason),
        Closing::Gone => return,
    };
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
    let goodbye = sender.send(Message::Close(Some(frame)));
    tokio::time::timeout(GOODBYE_MAX, goodbye).await.ok();
}
