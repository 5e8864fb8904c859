//! Frames as they are written: once, for everybody who follows the channel.

use std::collections::BTreeMap;

use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use types::Seq;

use crate::stream::channel::Channel;

/// A message: its type and its JSON. A clone shares the text.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub name: &'static str,
    pub json: Utf8Bytes,
    /// The id to resume at, where all was told up to it.
    pub id: Option<Seq>,
}

/// All frames about the events from one seq to another.
#[derive(Debug)]
pub(crate) struct Cut {
    pub last_seq: Seq,
    /// A channel with many events has several frames, which follow on each other.
    pub frames: BTreeMap<Channel, Vec<Frame>>,
    /// Closes the cut, for those who were told anything of it.
    pub end: Frame,
    /// Of all frames.
    pub bytes: usize,
}

/// A message about a channel.
#[derive(Serialize)]
struct Message<'a, T> {
    r#type: &'static str,
    channel: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seq: Option<Seq>,
    last_seq: Seq,
    #[serde(flatten)]
    body: &'a T,
}

/// A message about the whole stream.
#[derive(Serialize)]
struct Notice<T> {
    r#type: &'static str,
    #[serde(flatten)]
    body: T,
}

#[derive(Serialize)]
struct UpTo {
    last_seq: Seq,
}

/// Why a stream begins anew.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Reset {
    pub resume: Seq,
    pub oldest_kept: Seq,
    pub newest: Seq,
}

#[derive(Serialize)]
struct Lagged<'a> {
    channels: &'a [String],
    first_seq: Seq,
    last_seq: Seq,
}

#[derive(Serialize)]
struct End {
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    missed_events: Option<u64>,
}

/// Why a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The gateway or the venue stops.
    ShutDown,
    /// So many trades or own events that the client needs are no longer kept.
    TooSlow { missed_events: u64 },
}

impl Frame {
    /// A frame of a channel; a snapshot has no `first_seq`.
    pub(crate) fn of<T: Serialize>(
        name: &'static str,
        channel: &str,
        first_seq: Option<Seq>,
        last_seq: Seq,
        body: &T,
    ) -> Frame {
        write(name, &Message { r#type: name, channel, first_seq, last_seq, body }, None)
    }

    /// Says that everything up to `last_seq` was told.
    pub(crate) fn cut(last_seq: Seq) -> Frame {
        notice("cut", UpTo { last_seq }, Some(last_seq))
    }

    /// Says that nothing happened, and up to where.
    pub(crate) fn heartbeat(last_seq: Seq) -> Frame {
        notice("heartbeat", UpTo { last_seq }, Some(last_seq))
    }

    pub(crate) fn reset(reset: Reset) -> Frame {
        notice("reset", reset, None)
    }

    pub(crate) fn lagged(channels: &[String], first_seq: Seq, last_seq: Seq) -> Frame {
        notice("lagged", Lagged { channels, first_seq, last_seq }, None)
    }

    pub(crate) fn end(ending: Ending) -> Frame {
        let (reason, missed_events) = match ending {
            Ending::ShutDown => ("shut_down", None),
            Ending::TooSlow { missed_events } => ("too_slow", Some(missed_events)),
        };
        notice("end", End { reason, missed_events }, None)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.json.len()
    }
}

impl Cut {
    pub(crate) fn new(last_seq: Seq, frames: BTreeMap<Channel, Vec<Frame>>) -> Cut {
        let end = Frame::cut(last_seq);
        let bytes = frames.values().flatten().chain([&end]).map(Frame::bytes).sum();
        Cut { last_seq, frames, end, bytes }
    }
}

fn notice<T: Serialize>(name: &'static str, body: T, id: Option<Seq>) -> Frame {
    write(name, &Notice { r#type: name, body }, id)
}

fn write<T: Serialize>(name: &'static str, message: &T, id: Option<Seq>) -> Frame {
    let json = serde_json::to_string(message).expect("messages are plain data");
    Frame { name, json: json.into(), id }
}
