//! How many files the process may have open: a connection is one, and so is a journal segment.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files besides connections: segments, snapshots, the identity store, the runtime's own.
const OTHERS: u64 = 256;

/// Asks for as many as the system lets this process have, and says so when they do not suffice for
/// `connections`: without a file left, the journal could not go on.
pub(super) fn make_room(connections: usize) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).ok();
    }
    let needed = connections as u64 + OTHERS;
    if let Some(files) = getrlimit(Resource::Nofile).current.filter(|files| *files < needed) {
        tracing::warn!(
            files,
            needed,
            "connections_max and streams_max let in more than there are files for: lower them, or \
             raise `ulimit -Hn`"
        );
    }
}
