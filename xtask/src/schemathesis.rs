//! `schemathesis`: asks the real binary whatever its description allows, and much that it does
//! not. What is asked, and what is left out, stands in xtask/schemathesis/schemathesis.toml.
//!
//! **Invariant:** versions and seed are pinned, so that two runs send the same requests.

use crate::chaos::http::{Connection, Door};
use crate::chaos::server::{Binary, Build, Folder, Server};
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const CONFIG: &str = "xtask/schemathesis/schemathesis.toml";
const REQUIREMENTS: &str = "xtask/schemathesis/requirements.txt";
/// Written beside what was installed: what it was installed from.
const INSTALLED: &str = "requirements.txt";
/// More than is ever asked: what is tested is not the limits.
const RATE: &str = "1000000";
const PASSWORD: &str = "correct horse";
/// Orders of schemathesis that must reach the book, where all is asked: fewer, and what is placed
/// was not tested.
const PLACED_MIN: usize = 20;
/// The order that the description's examples name.
const ORDER: &str = "my-1";

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    pub build: Build,
    /// Passed on to `schemathesis run`, for example `-- --include-operation-id orders_place`.
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Builds the exchange and asks it.
pub fn schemathesis(workspace: &Workspace, options: &Options) -> Result<()> {
    let program = install(workspace)?;
    run(workspace, &Binary::build(workspace, &options.build)?, &program, &options.arguments)
}

/// The same with the build of the tests and what [`install`] has installed: what `cargo xtask
/// test` runs.
pub fn of_the_tests(workspace: &Workspace, program: &Path) -> Result<()> {
    run(workspace, &Binary::of_the_tests(workspace)?, program, &[])
}

fn run(workspace: &Workspace, binary: &Binary, program: &Path, arguments: &[String]) -> Result<()> {
    let mut folder = Folder::new(binary, "schemathesis")?;
    let mut command = binary.serve_logging(&folder, "debug");
    command.args(["--address-rate", RATE]);
    let server = Server::start(command, &folder)?.serving(&folder)?;
    let people = seed(&server)?;
    let file = folder.file("people.json");
    std::fs::write(&file, people.to_string()).context("cannot write who asks")?;
    let address = server.door.address();
    let mut command = workspace.command(program.to_str().context("a path in UTF-8")?);
    command.args(["--config-file", CONFIG, "run"]).args(arguments);
    command.arg(format!("http://{address}/v1/openapi.json")).env("RIALTO_PEOPLE", &file);
    command.env("RIALTO_OPERATOR", server.door.token());
    let status = command.status().context("cannot start schemathesis")?;
    let placed = orders_placed(&server)?;
    let ended = server.stop()?;
    if !status.success() || !ended.success() {
        println!("the data folder and the log are kept in {}", folder.keep().display());
    }
    ensure!(status.success(), "schemathesis ended with {status}");
    ensure!(ended.success(), "the exchange ended with {ended}");
    println!("{placed} orders reached the book");
    let placed_min = if arguments.is_empty() { PLACED_MIN } else { 0 };
    ensure!(placed >= placed_min, "at least {placed_min} orders must reach the book");
    Ok(())
}

/// A virtual environment with what the requirements name; made anew when they change.
///
/// # Errors
/// When Python or PyPI is missing.
pub fn install(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.root.join("target/schemathesis");
    let program = folder.join("bin/schemathesis");
    let wanted = workspace.root.join(REQUIREMENTS);
    let wanted = std::fs::read(&wanted).with_context(|| format!("{wanted:?}"))?;
    let installed = std::fs::read(folder.join(INSTALLED)).unwrap_or_default();
    if program.is_file() && installed == wanted {
        return Ok(program);
    }
    tools::require(&[&tools::PYTHON])?;
    make_environment(workspace, &folder).context(
        "this task needs Python with venv and pip, and PyPI \
         (Debian and Ubuntu: apt-get install python3-venv)",
    )?;
    std::fs::write(folder.join(INSTALLED), wanted).context("cannot note what is installed")?;
    Ok(program)
}

fn make_environment(workspace: &Workspace, folder: &Path) -> Result<()> {
    println!("xtask: installing schemathesis in {}", folder.display());
    let mut venv = workspace.command("python3");
    succeed(venv.args(["-m", "venv", "--clear"]).arg(folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.current_dir(&workspace.root).args(["install", "--quiet", "--requirement", REQUIREMENTS]);
    succeed(pip.arg("--disable-pip-version-check"))
}

/// Two people with an account each, a key each, and an order of the first: those that the
/// description's examples name. Returns who they are, and the operator, for schemathesis.
fn seed(server: &Server) -> Result<Value> {
    let operator = server.door;
    let (ana, ben) = (person(operator, "ana", "1")?, person(operator, "ben", "2")?);
    let order = json!({"client_order_id": ORDER, "symbol": "PETR4", "side": "buy",
        "type": "limit", "qty": "100", "price": "10.00"});
    send(ana, "/v1/accounts/1/orders", &order)?;
    // Enough for whatever is sold and bought at random.
    send(operator, "/v1/accounts/1/deposits", &json!({"amount": "1000000.00"}))?;
    send(operator, "/v1/accounts/1/issues", &json!({"instrument": "PETR4", "qty": "1000000"}))?;
    let entry = |name: &str, door: Door| {
        let value = format!("Bearer {}", door.token());
        json!({"name": name, "fixedHeaders": [{"name": "Authorization", "value": value}]})
    };
    // An operation that refuses the first is asked by the next who may.
    let people = [("ana", ana), ("ben", ben), ("operator", operator)];
    Ok(json!({"auth": people.map(|(name, door)| entry(name, door))}))
}

/// Registers somebody who gets this account, and makes a key.
fn person(operator: Door, name: &str, account: &str) -> Result<Door> {
    let body = json!({"name": name, "password": PASSWORD, "currency": "BRL"});
    let registered = send(operator, "/v1/auth/register", &body)?;
    ensure!(registered["account_id"] == account, "{name} is given {registered}");
    let body = json!({"name": name, "password": PASSWORD});
    let login = text(&send(operator, "/v1/auth/login", &body)?, "token")?;
    let body = json!({"label": name, "scopes": ["read", "trade", "funds"]});
    let key = send(operator.with(&login)?, "/v1/keys", &body)?;
    operator.with(&text(&key, "secret")?)
}

/// Orders of schemathesis that are or were in the book.
fn orders_placed(server: &Server) -> Result<usize> {
    let (mut placed, mut cursor) = (0, String::new());
    loop {
        let path = format!("/v1/accounts/1/orders?limit=500{cursor}");
        let answer = Connection::new(server.door).send("GET", &path, "");
        let answer = answer.context("the exchange does not answer any more")?;
        let body: Value = serde_json::from_slice(&answer.body).context("an answer is JSON")?;
        placed += body["orders"].as_array().map_or(0, Vec::len);
        match body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            // One is ours.
            None => return Ok(placed.saturating_sub(1)),
        }
    }
}

fn send(door: Door, path: &str, body: &Value) -> Result<Value> {
    let answer = Connection::new(door).send("POST", path, &body.to_string());
    let answer = answer.with_context(|| format!("POST {path}"))?;
    let told: Value = serde_json::from_slice(&answer.body).context("an answer is JSON")?;
    ensure!((200..300).contains(&answer.status), "POST {path}: {} {told}", answer.status);
    Ok(told)
}

fn text(body: &Value, name: &str) -> Result<String> {
    Ok(body[name].as_str().with_context(|| format!("no {name} in {body}"))?.to_owned())
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}
