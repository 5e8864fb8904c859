//! The feed against matching: a client that rebuilds a book from its frames has, at each of them,
//! what matching itself holds.

mod support;

use support::client::Client;
use support::pump::{Pump, Truths};
use support::ws::{Server, Socket};

const COMMANDS: u64 = 1_000_000;
const DEPTH: &str = "depth:PETR4";

/// What a client compared until the end, all of it equal.
#[derive(Debug, Default)]
struct Agreed {
    frames: u64,
    snapshots: u64,
}

/// Where a client's book was another one than matching's.
#[derive(Debug, PartialEq, Eq)]
struct Differs {
    last_seq: u64,
    rebuilt: u32,
    matching: u32,
}

/// Follows a book to its end, but loses the `lost`th delta on the way.
async fn follow(
    socket: &mut Socket,
    truths: &Truths,
    lost: Option<u64>,
) -> Result<Agreed, Differs> {
    let (mut client, mut agreed, mut told) = (Client::default(), Agreed::default(), 0);
    while told < truths.end() {
        let message = socket.next().await.expect("the socket stays open");
        match message["type"].as_str().expect("every message has a type") {
            "depth" => {
                agreed.frames += 1;
                assert_eq!(message["first_seq"], told + 1, "no hole");
            }
            "depth_snapshot" => agreed.snapshots += 1,
            "answer" | "cut" | "lagged" | "heartbeat" => continue,
            other => panic!("{other} is not expected here: {message}"),
        }
        told = message["last_seq"].as_u64().expect("each tells how far it goes");
        let is_lost = message["type"] == "depth" && lost == Some(agreed.frames);
        if !is_lost {
            client.rebuild(&message);
        }
        let (rebuilt, matching) = (client.checksum(), truths.at(told));
        if rebuilt != matching {
            return Err(Differs { last_seq: told, rebuilt, matching });
        }
        assert_eq!(message["checksum"], matching, "what the frame says");
    }
    Ok(agreed)
}

/// A market, and a client that listens to its empty book.
async fn listening() -> (Pump, Server, Socket) {
    let pump = Pump::new();
    let server = Server::start(pump.gateway.clone()).await;
    let mut socket = server.connect().await;
    assert_eq!(socket.subscribe(&[DEPTH]).await["status"], 200);
    (pump, server, socket)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuilt_book_is_that_of_matching_at_every_frame_at_full_pace() {
    let (mut pump, _server, mut socket) = listening().await;
    let truths = pump.truths();
    let pumping = std::thread::spawn(move || {
        pump.commands(COMMANDS);
        pump.last_word();
    });
    let agreed = follow(&mut socket, &truths, None).await.expect("they agree");
    pumping.join().expect("the market goes well");
    println!("{COMMANDS} commands: {agreed:?}");
    // How many there are depends on the machine; one at the end would prove little.
    assert!(agreed.frames > 50, "{agreed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_lost_one_delta_is_found_out() {
    const LOST: u64 = 10;
    let (mut pump, _server, mut socket) = listening().await;
    let truths = pump.truths();
    let pumping = std::thread::spawn(move || {
        // Slowly, so that a delta is of few levels, and no later one of all that it told.
        for _ in 0..LOST * 4 {
            pump.commands(20);
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        pump.last_word();
    });
    let differs = follow(&mut socket, &truths, Some(LOST)).await.expect_err("it lost one");
    pumping.join().expect("the market goes well");
    assert_ne!(differs.rebuilt, differs.matching);
    assert!(truths.at(differs.last_seq) == differs.matching, "{differs:?}");
}
