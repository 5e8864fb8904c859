//! A client of a venue that runs: what the commands for people ask it by, and how they print it.

mod http;
mod request;
mod table;

use std::path::PathBuf;

pub(crate) use http::{Client, Form};
pub(crate) use request::{Request, escaped};
pub(crate) use table::{Page, Table, cell};

/// Which venue, and by which key.
#[derive(clap::Args, Debug)]
pub(crate) struct Connect {
    /// Where the venue listens.
    #[arg(long, global = true, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// The venue's data folder, for the key in it.
    #[arg(long, global = true, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// The file that holds the key; DIR/admin.key unless told otherwise.
    #[arg(long, global = true, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Print the answers as JSON, one a line: for programs, while the text may change. Of a refusal
    /// the problem document is printed, on stdout too; in words it is told on stderr.
    #[arg(long, global = true)]
    json: bool,
}
