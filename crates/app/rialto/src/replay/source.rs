//! The file, line by line, unpacked on the way, with a bar on the terminal.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use indicatif::ProgressBar;

use crate::progress;

/// No line that can be read is longer.
const LINE_BYTES_MAX: usize = 256;

/// A recording that is being read.
pub(super) struct Source {
    reader: Box<dyn BufRead>,
    bar: ProgressBar,
    number: u64,
    line: Vec<u8>,
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Source> {
        let file = File::open(path).with_context(|| path.display().to_string())?;
        let bytes = file.metadata().with_context(|| path.display().to_string())?.len();
        let bar = progress::bar(bytes, "bytes");
        let read = bar.wrap_read(file);
        let reader: Box<dyn BufRead> = match path.extension().is_some_and(|it| it == "gz") {
            true => Box::new(BufReader::new(MultiGzDecoder::new(BufReader::new(read)))),
            false => Box::new(BufReader::new(read)),
        };
        Ok(Source { reader, bar, number: 0, line: Vec::with_capacity(LINE_BYTES_MAX + 1) })
    }

    /// The next line without its end, and its number from 1; `None` behind the last.
    pub(super) fn next_line(&mut self) -> Result<Option<(u64, &[u8])>> {
        self.line.clear();
        self.number += 1;
        let number = self.number;
        // Never more than one byte beyond what a line may have.
        let mut reader = self.reader.as_mut().take(LINE_BYTES_MAX as u64 + 1);
        let read = reader.read_until(b'\n', &mut self.line);
        read.with_context(|| format!("line {number} cannot be read"))?;
        if self.line.is_empty() {
            return Ok(None);
        }
        if self.line.len() > LINE_BYTES_MAX {
            bail!("line {number} is longer than {LINE_BYTES_MAX} bytes");
        }
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        Ok(Some((number, line.strip_suffix(b"\r").unwrap_or(line))))
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
