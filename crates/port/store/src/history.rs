//! Asks both databases: any number of readers beside the one that writes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::error::StoreError;
use crate::location::Location;
use crate::sqlite::Sqlite;
use crate::standing::Standings;
use crate::tables::Part;
use crate::value::{Row, Value};

/// Questions answered at one time; more wait.
const READERS_MAX: usize = 8;
/// How long a question may take, its waiting included.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// What both databases have. Cheap to clone.
#[derive(Clone)]
pub struct History {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for History {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("History")
            .field("standings", &self.shared.standings)
            .finish_non_exhaustive()
    }
}

struct Shared {
    location: Location,
    standings: Standings,
    turns: Arc<Semaphore>,
    /// Connections that nobody uses now, by [`Part`].
    idle: [Mutex<Vec<Connection>>; 2],
}

enum Connection {
    Sqlite(Sqlite),
    #[cfg(feature = "postgres")]
    Postgres(tokio_postgres::Client),
}

impl History {
    /// Asks the store at `location`, which is as far as `standings` tell.
    pub fn new(location: Location, standings: Standings) -> History {
        let turns = Arc::new(Semaphore::new(READERS_MAX));
        let idle = [const { Mutex::new(Vec::new()) }; 2];
        History { shared: Arc::new(Shared { location, standings, turns, idle }) }
    }

    /// How far the databases are.
    pub fn standings(&self) -> &Standings {
        &self.shared.standings
    }

    /// Asks one of the databases.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub(crate) async fn ask(
        &self,
        part: Part,
        sql: String,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let asked = self.ask_in_turn(part, sql, values);
        let in_time = tokio::time::timeout(ANSWER_MAX, asked).await;
        in_time.unwrap_or_else(|_| Err(StoreError::Late { seconds: ANSWER_MAX.as_secs() }))
    }

    async fn ask_in_turn(
        &self,
        part: Part,
        sql: String,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let shared = Arc::clone(&self.shared);
        let turn = Arc::clone(&shared.turns).acquire_owned().await.expect("it is never closed");
        let kept = shared.idle[part as usize].lock().expect("nobody panics here").pop();
        let (connection, rows) = match &shared.location {
            Location::Sqlite { folder } => {
                let folder = folder.clone();
                let asked = tokio::task::spawn_blocking(move || {
                    let mut sqlite = match kept {
                        Some(Connection::Sqlite(sqlite)) => sqlite,
                        #[cfg(feature = "postgres")]
                        Some(Connection::Postgres(_)) => unreachable!("a store is of one kind"),
                        None => Sqlite::read(&folder, part)?,
                    };
                    let rows = sqlite.ask(&sql, &values)?;
                    // Whoever asked may be gone: the turn ends with the work.
                    drop(turn);
                    Ok((Connection::Sqlite(sqlite), rows))
                });
                asked.await.expect("a query does not panic").map_err(|it: StoreError| it)?
            }
            #[cfg(feature = "postgres")]
            Location::Postgres(server) => {
                let client = match kept {
                    Some(Connection::Postgres(client)) if !client.is_closed() => client,
                    Some(Connection::Sqlite(_)) => unreachable!("a store is of one kind"),
                    Some(Connection::Postgres(_)) | None => {
                        crate::postgres::connect(server, part).await?
                    }
                };
                let rows = crate::postgres::ask(&client, &sql, &values).await?;
                (Connection::Postgres(client), rows)
            }
        };
        shared.idle[part as usize].lock().expect("nobody panics here").push(connection);
        Ok(rows)
    }
}
