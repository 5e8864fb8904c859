//! A real PostgreSQL for tests: the one named, else the one on this machine, else one of our own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

const LOOPBACK: &str = "postgres://postgres@127.0.0.1:5432";
const URL: &str = "RIALTO_TEST_PG_URL";

/// Two databases of a server, dropped at the end.
pub struct Databases {
    pub url: String,
    pub names: [String; 2],
    _cluster: Option<Cluster>,
}

/// A server of our own, in a folder that vanishes.
struct Cluster {
    folder: TempDir,
    programs: PathBuf,
}

impl Databases {
    /// Makes two databases of random names.
    ///
    /// # Panics
    /// If no server can be had: what must be installed is in the words.
    pub fn make() -> Databases {
        let (url, cluster) = server();
        let moment = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        let mark = format!("{}_{}", std::process::id(), moment.as_nanos());
        let names = ["c", "m"].map(|part| format!("rialto_test_{mark}_{part}"));
        for name in &names {
            ask(&url, &format!("CREATE DATABASE {name}")).expect("a database can be made");
        }
        Databases { url, names, _cluster: cluster }
    }
}

impl Databases {
    /// Says something to the server, in the database that every server has.
    ///
    /// # Panics
    /// If it refuses.
    #[allow(dead_code, reason = "each test binary uses its own part")]
    pub fn say(&self, sql: &str) {
        ask(&self.url, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        for name in &self.names {
            // A server of our own is gone with all it has.
            ask(&self.url, &format!("DROP DATABASE {name} WITH (FORCE)")).ok();
        }
    }
}

fn server() -> (String, Option<Cluster>) {
    if let Ok(url) = std::env::var(URL) {
        ask(&url, "SELECT 1").unwrap_or_else(|error| panic!("{URL}: {error}"));
        return (url, None);
    }
    if ask(LOOPBACK, "SELECT 1").is_ok() {
        return (LOOPBACK.to_owned(), None);
    }
    let cluster = Cluster::start();
    (cluster.url(), Some(cluster))
}

/// Says something to a server, in the database that every server has.
fn ask(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let mut config: tokio_postgres::Config = url.parse()?;
        if config.get_dbname().is_none() {
            config.dbname("postgres");
        }
        let (client, connection): (Client, _) = config.connect(NoTls).await?;
        let serve = tokio::spawn(connection);
        let answer = client.batch_execute(sql).await;
        drop(client);
        serve.await.expect("it does not panic").ok();
        answer
    })
}

impl Cluster {
    const PORT: u16 = 54_329;

    fn start() -> Cluster {
        let programs = programs().unwrap_or_else(|| {
            panic!(
                "these tests need PostgreSQL: a server on 127.0.0.1:5432 that trusts `postgres`, \
                 one that {URL} names, or the programs to start one (Debian and Ubuntu: apt-get \
                 install postgresql)"
            )
        });
        let folder = tempfile::tempdir().expect("a folder");
        let cluster = Cluster { folder, programs };
        // PostgreSQL refuses to run as root.
        if is_root() {
            succeed(Command::new("chown").arg("postgres").arg(cluster.folder.path()));
        }
        let data = cluster.data();
        succeed(&mut cluster.run("initdb", &["--auth=trust", "--username=postgres", "-D", &data]));
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c fsync=off",
            Cluster::PORT,
            cluster.folder.path().display()
        );
        // A server that wrote where we read would keep us waiting for its end.
        let log = format!("{data}/log");
        let start = ["-D", &data, "-w", "-l", &log, "-o", &options, "start"];
        succeed(&mut cluster.run("pg_ctl", &start));
        cluster
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", Cluster::PORT)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    /// Prepares one of PostgreSQL's programs, under a user that it runs as.
    fn run(&self, program: &str, arguments: &[&str]) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.args(arguments).current_dir("/");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]).output().ok();
    }
}

/// The folder of the newest PostgreSQL's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    folders.filter(|folder: &PathBuf| folder.join("initdb").is_file()).max()
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    }) && Path::new("/usr/sbin/runuser").exists()
}

fn succeed(command: &mut Command) {
    let Output { status, stdout, stderr } = command.output().expect("it starts");
    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(status.success(), "{command:?}: {}{}", told(&stdout), told(&stderr));
}
