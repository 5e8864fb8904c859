//! `rialto verify`: replays a folder offline and compares everything that can be compared.

mod invariants;

use std::path::{Path, PathBuf};

use journal::{Archive, FileStorage, ReadSnapshotError, Recovery};
use sequencer::{OpenError, ReplayError, Replica};
use serde_json::json;
use types::Timestamp;
use wire::json::Rfc3339;

use crate::exit::{Exit, Failure, OrExit};
use crate::{folder, memory, progress};

/// Replay a data folder offline and compare everything that can be compared.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The data folder.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

/// What a folder came to.
struct Verdict {
    recovery: Recovery,
    replica: Replica,
    snapshots: usize,
    trial_balance: Vec<(String, i128)>,
    /// Invariants that do not hold.
    broken: Vec<String>,
}

/// Verifies the folder; the answer is no where anything differs.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let storage = folder::read(&args.dir)?;
    let _held = folder::hold(&args.dir)?;
    if let Some(genesis) = folder::genesis(&args.dir)? {
        memory::check(&genesis.limits)?;
    }
    let verdict = verify(&args.dir, storage)?;
    let shown = if args.json { verdict.json() } else { verdict.text() };
    crate::print(&shown).or_cannot_start()?;
    Ok(if verdict.holds() { Exit::Ok } else { Exit::No })
}

fn verify(dir: &Path, storage: FileStorage) -> Result<Verdict, Failure> {
    let archive = Archive::open(storage.clone()).map_err(folder::unread)?;
    let snapshots = archive.snapshots().or_cannot_start()?.len();
    let bar = progress::bar(0, "commands");
    let verified = sequencer::verify(storage, &mut |seq, last| {
        bar.set_length(last);
        bar.set_position(seq);
    });
    bar.finish_and_clear();
    let (recovery, replica) = verified.map_err(|error| failed(dir, &archive, error))?;
    let trial_balance = replica.venue.trial_balance();
    let mut broken = invariants::broken(&replica);
    if recovery.event_hash != replica.hash.value() {
        broken.push(format!("the journal's last event hash is {:016x}", recovery.event_hash));
    }
    Ok(Verdict { recovery, replica, snapshots, trial_balance, broken })
}

/// A replay that comes to something else is an answer; a place that cannot be read is damage.
fn failed(dir: &Path, archive: &Archive<FileStorage>, error: OpenError) -> Failure {
    let differs = match &error {
        OpenError::Replay(ReplayError::Differs { .. }) => true,
        OpenError::Replay(ReplayError::Snapshot { seq, .. }) => {
            !matches!(archive.read_snapshot(*seq), Err(ReadSnapshotError::Corrupt(_)))
        }
        OpenError::Replay(ReplayError::Read(_) | ReplayError::Record { .. })
        | OpenError::Journal(_) => false,
    };
    let failure = if differs { Exit::No.because(error) } else { folder::unopened(error) };
    Failure { error: failure.error.context(dir.display().to_string()), ..failure }
}

impl Verdict {
    fn holds(&self) -> bool {
        self.broken.is_empty() && self.trial_balance.iter().all(|(_, sum)| *sum == 0)
    }

    fn records(&self) -> u64 {
        self.recovery.last_seq - self.recovery.first_seq + 1
    }

    fn text(&self) -> String {
        let Recovery { first_seq, last_seq, epoch, .. } = self.recovery;
        let venue = format!("{:032x}", self.recovery.identity.venue);
        let at = Rfc3339(Timestamp(self.recovery.at_max_ns));
        let mut lines = vec![
            ("venue", format!("{venue}, epoch {epoch}")),
            ("records", format!("{}, seq {first_seq} to {last_seq}, until {at}", self.records())),
            ("events", self.replica.views.event_seq().to_string()),
            ("event hash", format!("{:016x}, equal at every batch", self.replica.hash.value())),
            ("state hash", format!("{:032x}", self.replica.venue.state_hash())),
            ("snapshots", format!("{}, equal", self.snapshots)),
        ];
        let cut = self.recovery.cut.as_ref().map(folder::cut_told);
        lines.push(("tail", cut.unwrap_or_else(|| "whole".to_owned())));
        let balances = self.trial_balance.iter().map(|(asset, sum)| {
            let verdict = if *sum == 0 { "" } else { "  NOT ZERO" };
            ("trial balance", format!("{asset} {sum}{verdict}"))
        });
        lines.extend(balances);
        if self.broken.is_empty() {
            lines.push(("invariants", format!("hold: {}", invariants::NAMES)));
        }
        lines.extend(self.broken.iter().map(|it| ("invariants", format!("BROKEN: {it}"))));
        let verdict = if self.holds() { "everything holds" } else { "NOT EVERYTHING HOLDS" };
        lines.push(("verdict", verdict.to_owned()));
        crate::rows(&lines)
    }

    fn json(&self) -> String {
        let Recovery { first_seq, last_seq, epoch, .. } = self.recovery;
        let balances = self.trial_balance.iter();
        let balances = balances.map(|(asset, sum)| (asset.clone(), sum.to_string().into()));
        let cut = self.recovery.cut.as_ref().map(|cut| {
            json!({
                "first_seq": cut.first_seq,
                "last_seq_seen": cut.last_seq_seen,
                "file": cut.file,
                "offset": cut.offset,
                "bytes": cut.bytes,
                "reason": cut.reason.to_string(),
            })
        });
        let shown = json!({
            "venue": format!("{:032x}", self.recovery.identity.venue),
            "epoch": epoch,
            "records": self.records(),
            "first_seq": first_seq,
            "last_seq": last_seq,
            "event_seq": self.replica.views.event_seq(),
            "event_hash": format!("{:016x}", self.replica.hash.value()),
            "state_hash": format!("{:032x}", self.replica.venue.state_hash()),
            "snapshots": self.snapshots,
            "cut": cut,
            "trial_balance": balances.collect::<serde_json::Map<_, _>>(),
            "broken_invariants": self.broken,
            "holds": self.holds(),
        });
        format!("{shown}\n")
    }
}
