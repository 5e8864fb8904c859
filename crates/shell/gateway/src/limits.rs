//! `GET /v1/limits`: what a client may take, so that it need not find out by being refused.
//!
//! **Invariant:** no figure stands here: each comes from the constant or the configuration that
//! bounds the thing itself.

use std::time::Duration;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use wire::json::SetCancelAfter;

use crate::body::JSON_DEPTH_MAX;
use crate::gateway::{Gateway, MIN_SEQ_WAIT_MAX};
use crate::page;
use crate::people::HASHES_MAX;
use crate::principal::Reader;
use crate::problem::Problem;
use crate::query::{PageSize, Params};
use crate::rates::RatesOut;
use crate::reply::{Answer, Seqs};
use crate::router::BODY_BYTES_MAX;
use crate::serve::{HEADER_BYTES_MAX, HEADERS_MAX};
use crate::stream::{CHANNELS_MAX, GATHER_MAX, KEEP_SILENT, KEPT_BYTES_MAX, KEPT_CUTS_MAX};
use crate::ws::{AUTH_MAX, IN_FLIGHT_MAX, PONG_MAX, SEND_MAX, WISHES_MAX};

/// All limits that are in force.
#[derive(Serialize, ToSchema)]
pub(crate) struct LimitsAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    limits: LimitsOut,
}

/// What a client may take.
#[derive(Serialize, ToSchema)]
struct LimitsOut {
    requests: RequestLimits,
    rates: RatesOut,
    pages: PageLimits,
    streams: StreamLimits,
    sockets: SocketLimits,
    people: PeopleLimits,
    accounts: AccountLimits,
    venue: VenueLimits,
}

/// One request, and its connection.
#[derive(Serialize, ToSchema)]
struct RequestLimits {
    /// Connections of the whole venue.
    connections_max: usize,
    /// Request line and headers.
    header_bytes_max: usize,
    headers_max: usize,
    /// How long headers may take to arrive, and a connection may be idle.
    header_ms_max: u64,
    body_bytes_max: usize,
    /// How deep lists and objects of a body may lie in each other.
    json_depth_max: usize,
    /// How long a body may take to arrive.
    body_ms_max: u64,
    /// How long an answer may wait for the venue before it says that the outcome is not known.
    answer_ms_max: u64,
    /// How long a client may read nothing of an answer.
    read_pause_ms_max: u64,
    /// How long a read waits for its `min_seq`.
    min_seq_wait_ms_max: u64,
    /// Commands of the whole venue that wait for the engine.
    commands_waiting_max: usize,
    /// Previews of the whole venue that wait at one time.
    previews_waiting_max: usize,
    /// Trades of one preview.
    preview_trades_max: usize,
}

/// How many rows a list has: `limit`, and `levels` of a book.
#[derive(Serialize, ToSchema)]
struct PageLimits {
    accounts: PageSize,
    users: PageSize,
    orders: PageSize,
    payments: PageSize,
    trades: PageSize,
    candles: PageSize,
    depth_levels: PageSize,
    /// Levels of a book by order.
    queue_levels: PageSize,
}

/// Live data, over server-sent events and sockets alike.
#[derive(Serialize, ToSchema)]
struct StreamLimits {
    /// Event streams and sockets of the whole venue, whoever opened them.
    streams_max: usize,
    /// Channels of one of them.
    channels_max: usize,
    /// What may wait for one client before it loses frames.
    waiting_bytes_max: usize,
    /// How long a change may wait for others to be told with it.
    gather_ms_max: u64,
    /// How often a silent stream says that it lives.
    heartbeat_ms: u64,
    /// Frames kept for clients that come back.
    kept_bytes_max: usize,
    /// Cuts kept for them, of up to `gather_ms_max` each.
    kept_cuts_max: usize,
    /// How long a channel that nobody follows any more is kept for them.
    kept_channel_ms: u64,
    /// How long a client may take to read what it is sent at once, before it is cut off.
    send_ms_max: u64,
}

/// Sockets, besides what streams may.
#[derive(Serialize, ToSchema)]
struct SocketLimits {
    message_bytes_max: usize,
    /// Requests of one socket that may wait for their answers; more are not read until then.
    requests_waiting_max: usize,
    /// Snapshots that one socket may wait for.
    snapshots_waiting_max: usize,
    /// How long it may take until the socket shows who asks.
    auth_ms_max: u64,
    /// How long a ping may be unanswered.
    pong_ms_max: u64,
}

/// People, their logins and keys.
#[derive(Serialize, ToSchema)]
struct PeopleLimits {
    login_seconds: u64,
    /// Passwords of the whole venue that are looked at at one time.
    hashes_max: usize,
    /// Logins of one person; one more ends the oldest.
    logins_max: usize,
    /// Keys of one person.
    keys_max: usize,
    /// Accounts of one person, closed ones aside.
    accounts_max: usize,
    /// Guests of the whole venue.
    guests_max: usize,
    /// After so long a guest whom nobody has seen is removed.
    guest_idle_seconds: u64,
}

/// One account.
#[derive(Serialize, ToSchema)]
struct AccountLimits {
    open_orders_max: u32,
    /// Closed orders that can be looked up.
    closed_orders_kept: usize,
    /// Events of one order that can be looked up.
    order_events_kept: usize,
    /// Payments that can be looked up.
    payments_kept: usize,
    /// Payments that may wait for an operator.
    payments_pending_max: u32,
    /// Requests whose answers a retry gets, besides those of open orders.
    requests_remembered: u32,
    /// Longest time of a dead-man switch.
    cancel_after_seconds_max: u32,
}

/// The whole venue, fixed in its genesis.
#[derive(Serialize, ToSchema)]
struct VenueLimits {
    accounts_max: u32,
    instruments_max: u32,
    open_orders_max: u32,
    /// Price levels come in pages of 64.
    level_pages_max: u32,
    /// Trades of one instrument that can be looked up.
    trades_kept: usize,
}

/// Shows the limits that are in force.
#[utoipa::path(get, path = "/v1/limits", tag = "server",
    responses((status = 200, body = LimitsAnswer)))]
pub(crate) async fn limits(
    State(gateway): State<Gateway>,
    _: Reader,
    params: Params,
) -> Result<Answer<LimitsAnswer>, Problem> {
    params.finish()?;
    let limits = LimitsOut {
        requests: requests(&gateway),
        rates: gateway.limits().shown(),
        pages: PageLimits {
            accounts: page::ACCOUNTS,
            users: page::USERS,
            orders: page::ORDERS,
            payments: page::PAYMENTS,
            trades: page::TRADES,
            candles: page::CANDLES,
            depth_levels: page::DEPTH_LEVELS,
            queue_levels: page::QUEUE_LEVELS,
        },
        streams: streams(&gateway),
        sockets: SocketLimits {
            message_bytes_max: BODY_BYTES_MAX,
            requests_waiting_max: IN_FLIGHT_MAX,
            snapshots_waiting_max: WISHES_MAX,
            auth_ms_max: ms(AUTH_MAX),
            pong_ms_max: ms(PONG_MAX),
        },
        people: PeopleLimits {
            hashes_max: HASHES_MAX,
            login_seconds: gateway.config().login_life.as_secs(),
            logins_max: identity::LOGINS_PER_PERSON_MAX,
            keys_max: identity::KEYS_PER_OWNER_MAX,
            accounts_max: gateway.config().accounts_per_person_max,
            guests_max: gateway.config().guests_max,
            guest_idle_seconds: gateway.config().guest_idle.as_secs(),
        },
        accounts: accounts(&gateway),
        venue: venue_limits(&gateway),
    };
    Ok(Answer::ok(LimitsAnswer { seqs: gateway.read(Seqs::of), limits }))
}

fn requests(gateway: &Gateway) -> RequestLimits {
    let config = gateway.config();
    RequestLimits {
        connections_max: config.connections_max,
        header_bytes_max: HEADER_BYTES_MAX,
        headers_max: HEADERS_MAX,
        header_ms_max: ms(config.header_timeout),
        body_bytes_max: BODY_BYTES_MAX,
        json_depth_max: JSON_DEPTH_MAX,
        body_ms_max: ms(config.body_timeout),
        answer_ms_max: ms(config.answer_timeout),
        read_pause_ms_max: ms(config.write_stall_max),
        min_seq_wait_ms_max: ms(MIN_SEQ_WAIT_MAX),
        commands_waiting_max: gateway.submitter().queue_max(),
        previews_waiting_max: bus::QUESTIONS_MAX,
        preview_trades_max: venue::PREVIEW_FILLS_MAX,
    }
}

fn streams(gateway: &Gateway) -> StreamLimits {
    let config = gateway.config();
    StreamLimits {
        streams_max: config.streams_max,
        channels_max: CHANNELS_MAX,
        waiting_bytes_max: config.stream_bytes_max,
        gather_ms_max: ms(GATHER_MAX),
        heartbeat_ms: ms(config.heartbeat),
        kept_bytes_max: KEPT_BYTES_MAX,
        kept_cuts_max: KEPT_CUTS_MAX,
        kept_channel_ms: ms(KEEP_SILENT),
        send_ms_max: ms(SEND_MAX),
    }
}

fn accounts(gateway: &Gateway) -> AccountLimits {
    let genesis = gateway.genesis_limits();
    AccountLimits {
        open_orders_max: genesis.orders_per_account_max,
        closed_orders_kept: view::CLOSED_ORDERS_PER_ACCOUNT,
        order_events_kept: view::TIMELINE_EVENTS_PER_ORDER,
        payments_kept: view::PAYMENTS_PER_ACCOUNT,
        payments_pending_max: venue::PENDING_PAYMENTS_MAX,
        requests_remembered: genesis.requests_remembered,
        cancel_after_seconds_max: SetCancelAfter::SECONDS_MAX,
    }
}

fn venue_limits(gateway: &Gateway) -> VenueLimits {
    let genesis = gateway.genesis_limits();
    VenueLimits {
        accounts_max: genesis.accounts_max,
        instruments_max: genesis.instruments_max,
        open_orders_max: genesis.orders_max,
        level_pages_max: genesis.level_pages_max,
        trades_kept: view::TRADES_PER_INSTRUMENT,
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
