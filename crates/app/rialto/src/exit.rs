//! How the process ends, and which failure ends it how.

use std::process::ExitCode;

/// What the process says to whoever started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Ok = 0,
    /// Done, and the answer is no: something does not match.
    No = 1,
    /// The arguments do not make sense; clap says it itself where it can.
    Usage = 2,
    /// An input cannot be read, or data is damaged.
    BadInput = 3,
    /// A port, a lock or a permission is missing.
    CannotStart = 4,
    /// The venue had to stop at once: nothing in flight was answered.
    Fatal = 70,
}

/// Why the process ends before it is done.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) error: anyhow::Error,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

impl Exit {
    /// The failure that ends the process so.
    pub(crate) fn because(self, error: impl Into<anyhow::Error>) -> Failure {
        Failure { exit: self, error: error.into() }
    }
}

/// Says how an error ends the process.
pub(crate) trait OrExit<T> {
    /// With [`Exit::Usage`].
    fn or_usage(self) -> Result<T, Failure>;

    /// With [`Exit::BadInput`].
    fn or_bad_input(self) -> Result<T, Failure>;

    /// With [`Exit::CannotStart`].
    fn or_cannot_start(self) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> OrExit<T> for Result<T, E> {
    fn or_usage(self) -> Result<T, Failure> {
        self.map_err(|error| Exit::Usage.because(error))
    }

    fn or_bad_input(self) -> Result<T, Failure> {
        self.map_err(|error| Exit::BadInput.because(error))
    }

    fn or_cannot_start(self) -> Result<T, Failure> {
        self.map_err(|error| Exit::CannotStart.because(error))
    }
}
