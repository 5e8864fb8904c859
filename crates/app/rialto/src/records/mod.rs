//! `rialto journal`: prints the records of a data folder.

mod fields;

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::PathBuf;

use anyhow::Context;
use journal::{Archive, Entry, Extent, FileStorage, Reader, Record, Trailer};
use types::Timestamp;
use wire::json::Rfc3339;

use crate::exit::{Exit, Failure, OrExit};
use crate::folder;
use fields::Fields;

/// Print the records of a data folder, as text or as lines of JSON.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The data folder.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The first seq to print [default: the oldest there is].
    #[arg(long, value_name = "SEQ")]
    from: Option<u64>,
    /// The last seq to print [default: the newest there is].
    #[arg(long, value_name = "SEQ")]
    to: Option<u64>,
    /// Print lines of JSON.
    #[arg(long)]
    json: bool,
    /// Print the ends of batches and the marks too.
    #[arg(long)]
    trailers: bool,
}

/// Prints what is asked for.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let storage = folder::read(&args.dir)?;
    let archive = Archive::open(storage).map_err(folder::unread)?;
    let segments = archive.segments().map_err(folder::unread)?;
    let oldest = segments.first().map_or(0, |segment| segment.first_seq);
    let from = args.from.unwrap_or(oldest);
    let reader = archive.records_from(from, Extent::Whole).map_err(folder::unread)?;
    let mut out = BufWriter::new(io::stdout().lock());
    print(args, reader, &mut out)
}

fn print(
    args: &Args,
    mut reader: Reader<FileStorage>,
    out: &mut impl Write,
) -> Result<Exit, Failure> {
    let last = args.to.unwrap_or(u64::MAX);
    let mut written = Ok(());
    while let Some(entry) = reader.next_entry().map_err(folder::unread)? {
        let fields = match entry {
            Entry::Record(record) if record.seq > last => break,
            Entry::Record(record) => Some(read(&record)?),
            Entry::Trailer(trailer) => {
                (args.trailers && trailer.first_seq <= last).then(|| of_trailer(&trailer))
            }
        };
        let Some(fields) = fields else { continue };
        let line = if args.json { fields.json() } else { fields.text() };
        written = writeln!(out, "{line}");
        if written.is_err() {
            break;
        }
    }
    match written.and_then(|()| out.flush()) {
        // Whoever read it has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Exit::Ok),
        written => written.map(|()| Exit::Ok).or_cannot_start(),
    }
}

fn read(record: &Record<'_>) -> Result<Fields, Failure> {
    let mut fields = Fields::default();
    fields.add("seq", record.seq);
    fields.add("at", Rfc3339(Timestamp(record.at_ns)).to_string());
    let context = || format!("record {}, payload version {}", record.seq, record.version);
    if record.version != sequencer::PAYLOAD_VERSION {
        let unknown = anyhow::anyhow!("this program reads version {}", sequencer::PAYLOAD_VERSION);
        return Err(Exit::BadInput.because(unknown.context(context())));
    }
    if record.seq == 0 {
        let genesis = wire::genesis::decode(record.payload).with_context(context).or_bad_input()?;
        fields.add_genesis(&genesis);
    } else {
        let command = wire::command::decode(record.payload).with_context(context).or_bad_input()?;
        fields.add_command(&command);
    }
    Ok(fields)
}

fn of_trailer(trailer: &Trailer) -> Fields {
    let mut fields = Fields::default();
    fields.add("seq", trailer.last_seq);
    fields.add("at", Rfc3339(Timestamp(trailer.at_ns)).to_string());
    // One that ends no batch only notes what is durable.
    let is_mark = trailer.first_seq > trailer.last_seq;
    fields.add("kind", if is_mark { "mark" } else { "trailer" });
    fields.add("first_seq", trailer.first_seq);
    fields.add("durable_seq", trailer.durable_seq);
    fields.add("epoch", trailer.epoch);
    fields.add("event_hash", format!("{:016x}", trailer.event_hash));
    fields
}
