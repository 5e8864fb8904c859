//! The longer help texts, where what a command does and how it ends is written down.

/// What every command's exit code means.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
   0  done
   1  done, and the answer is no: a hash, a count or a balance does not match, or a venue refuses
   2  the arguments do not make sense
   3  an input cannot be read, or data is damaged: the message names the place
   4  cannot start: the port, the folder's lock, a permission, memory or the disk's room is missing
  70  had to stop at once (the disk failed, or the clock jumped): nothing in flight was answered,
      and what was answered is on the disk. Start again to go on.
 130  a second signal came before the first had been obeyed; nothing that was answered is lost";

/// `rialto run`.
pub(crate) const RUN: &str = "\
The address is printed on stdout once requests are answered, as `listening on http://ADDR`. Logs go
to stderr. SIGINT or SIGTERM ends it: requests in flight are answered, event streams are closed, the
journal is marked as whole; a second signal ends it at once. It may also be killed: whatever was
answered is on the disk, and the same request again gets its old answer.

Whoever asks needs a key: `Authorization: Bearer KEY`. The first one is made at the first start and
lies in DIR/admin.key, readable for you alone; it may do everything. HTTP is not encrypted, so an
address other than this machine's own is refused unless --insecure-http says that you know. At such
an address there is nothing under /v1/admin unless --admin-api says so.

--profile FILE says what a new venue is, what its clients may do and what it lists; `rialto profile`
prints an example with every field and its default. What is fixed for a venue's life counts when DIR
is new; a DIR that was made otherwise is refused, and so is one in which not all fits. A flag wins
over the file. A profile that does not pass ends the command before anything is made or changed.

Without --self-service-deposits, and without a profile that says so, deposits and withdrawals that
are not asked for with an admin key wait until `rialto admin payments confirm` or `fail`.

With --metrics-listen ADDR, GET /metrics there tells what to watch, in Prometheus' text format, and
GET /health how the venue stands; the address is told on stdout too, as `metrics on
http://ADDR/metrics`. docs/operations.md says what each number means and what to do.

The business date moves on with the date of UTC, at the start and within a minute after midnight.
With --manual-date only an operator moves it: `rialto admin date 2026-12-01`.

With --demo the built-in profile is taken: a few instruments are listed and opened (once: a restart
finds them), deposits and withdrawals are booked at once, and each person's first account, and each
that an operator opens, is given 10,000 units of its currency. A market maker and noise traders,
clients like any other, quote and trade all of it: about 20 commands a second, or as many as
--demo-rate says; docs/demo.md tells what that takes of the disk. With --demo-rate 0 nobody else is
there. Your account has nothing to sell before it buys, or before you issue shares:

  curl http://127.0.0.1:8080/v1/accounts/1/issues --oauth2-bearer \"$(cat data/admin.key)\" \\
    --json '{\"instrument\": \"PETR4\", \"qty\": \"100\"}'

Examples:
  rialto run --demo
  rialto run --demo --demo-rate 0 --data mine
  rialto run --profile mine.toml --key-rate 500
  rialto run --data /var/lib/rialto --log json --log-filter warn --metrics-listen 127.0.0.1:9464

Exit codes: 0 after a signal; 2, 3, 4, 70 and 130 as `rialto --help` has them.";

/// `rialto profile`.
pub(crate) const PROFILE: &str = "\
A profile is a file of TOML with the sections [venue], [gateway] and [[instruments]]. Printed is
what `rialto run --demo` takes, with every field, its unit, its default and its range. `check`
reads a file as `rialto run --profile` does and tries its instruments out on a venue in memory; all
that does not pass is told, each with its line, its field, its value and what would pass.

Examples:
  rialto profile > mine.toml
  rialto profile check mine.toml

Exit codes: 0 printed, or the file passes; 3 it does not, or cannot be read.";

/// `rialto replay`.
pub(crate) const REPLAY: &str = "\
FILE has the header `seq,ts_ns,cmd,order_id,side,price_ticks,qty,flags,exp_maker` and one command a
line; if its name ends in .gz it is unpacked on the way.

  A  a limit order                      I  a limit order whose rest is cancelled at once
  R  makes an order smaller by qty      X  cancels an order
  M  changes an order's price and its open quantity; it keeps its place only where it gets smaller
     at the same price
  flags: P post-only, S part of the opening book; exp_maker: the order that the real venue matched

The commands go through the whole venue, in memory: 100 accounts with cash and shares enough that
nothing is refused for want of them, holds, fees, settlement. Printed are the counts, the trades'
sha256 over the lines `maker,taker,price,qty` with the file's own ids, and for each I with an
exp_maker whether it traded once, with just that order. If FILE's name with .golden.json in place
of .csv lies beside it, every number in it is compared, and its tick and lot are used.

Examples:
  rialto replay aapl.csv.gz
  rialto replay --lot-decimals 8 --json btcusd.csv

Exit codes: 0 equal or nothing to compare with, 1 not equal, 3 a line that cannot be read (named
with its column, its value and what would pass).";

/// `rialto verify`.
pub(crate) const VERIFY: &str = "\
Reads every byte, applies every command again from the beginning and compares the event hash of
every batch and the state hash of every snapshot. Then every ledger asset must add up to zero, no
balance or position may be below zero, no book may be crossed, and the state must come back from
its own snapshot. Nothing in the folder is changed. A venue that is running has to end first.

A tail that a power cut tore off is told with its seqs and is no damage: nothing in it was answered.

Exit codes: 0 everything holds, 1 something does not, 3 the folder is damaged or is none, 4 it is in
use.";

/// `rialto backup`.
pub(crate) const BACKUP: &str = "\
Copied is what the venue was at one moment: the journal up to a command that is durable, the newest
snapshot, the identity store and admin.key. Whatever was answered before the command was given is in
it. The venue goes on, and nothing in DATA is written. History is not copied: it is made anew from
the journal. Every byte is read again and checked, backup.json lists the files with their sha256,
and only then does the folder get the name TO; what a kill leaves is called TO.partial-… and may go.

TO can be read as a data folder is. Do not serve from it: it would be no backup any more.

Examples:
  rialto backup data backups/$(date -u +%F)
  rialto verify backups/2026-11-30

Exit codes: 0 done, 2 TO is not empty or in DATA, 3 DATA is damaged or no venue's, 4 the disk has no
room, or a permission is missing.";

/// `rialto restore`.
pub(crate) const RESTORE: &str = "\
Every file is compared with its sha256 in backup.json on the way, the journal is checked byte by
byte, and only then does the folder get the name DATA. The venue forgets what came after the backup,
and so must its history: in DATA there is none, and the venue makes it; one that lies elsewhere is
made anew with `rialto rebuild`. Two venues from one backup must not both serve.

Examples:
  rialto restore backups/2026-11-30 data
  rialto restore backups/2026-11-30 --check

Exit codes: 0 done, 2 DATA is not empty, 3 the backup is damaged, or none, or of a later version, 4
the disk has no room, or a permission is missing.";

/// `rialto journal`.
pub(crate) const JOURNAL: &str = "\
One line a record, oldest first: seq, time, and the command with its fields. Quantities are in
lots, prices in ticks, money in minor units, as they stand in the journal. With --trailers also the
ends of batches and the marks, with the event hash up to there. A running venue's folder can be
read too.

Examples:
  rialto journal data --from 100 --to 120
  rialto journal data --json | jq 'select(.kind == \"place\")'

Exit codes: 0 printed, 3 the folder is damaged or is none.";

/// `rialto admin`.
pub(crate) const ADMIN: &str = "\
A client of the API of a venue that runs: it asks with the key in DIR/admin.key, or in the file that
--key-file names, which needs the scope `admin`, and to settle payments `funds` too. Lists are one
row a line, in columns. With --json each answer is printed as it came, one a line; of a refusal the
problem document is, on stdout like the rest, and what it says in words is on stderr.

While a kill switch is engaged, nothing is entered in what it covers, and what was open there has
ended; it stays engaged over a restart. Cancels and payments go on.

Examples:
  rialto admin user list ana
  rialto admin user reset-password ana
  rialto admin account suspend 7
  rialto admin payments list
  rialto admin payments confirm 41
  rialto admin instrument add newco.json
  rialto admin instrument phase PETR4 halted
  rialto admin date 2026-12-01
  rialto admin kill on --instrument PETR4
  rialto admin kill status

Exit codes: 0 done, 1 the venue refuses (it says why), 2 the arguments do not make sense, 3 the key
cannot be read, 4 the venue cannot be reached or cannot answer now.";

pub(crate) const REBUILD: &str = "\
Examples:
  rialto rebuild data
      empty the history in data/history and fill it from the journal in data
  rialto rebuild data --check
      compare the history there with one made anew, row by row; 1 where they differ

A venue writes its history by itself, and goes on where it was after a crash: this is for a store
that is lost, damaged, or of a version that this program cannot bring up to date.";

/// `rialto report`.
pub(crate) const REPORT: &str = "\
A client of the API: it asks a venue that is up, with the key in DIR/admin.key or in --key-file.
With the key of a person it shows what that person may see: their own accounts, and markets.

Money is in decimals of its currency, times are RFC 3339 in UTC, business dates are ISO 8601. A
return is time-weighted, cut at every deposit, withdrawal, transfer and issue: it tells what each
unit of money did that stayed in, so that paying in or out moves nobody on the leaderboard. Periods
of returns begin and end with a minute.

CSV is that of RFC 4180, oldest first, with a head. A text that a spreadsheet would take for a
formula begins with an apostrophe.

Examples:
  rialto report statistics --from 2026-11-01 --to 2026-11-30
  rialto report leaderboard --from 2026-11-30T09:00:00Z
  rialto report performance 1
  rialto report day 1 --date 2026-11-30
  rialto report trades PETR4 --csv > trades.csv
  rialto report candles PETR4 --interval 1d > days.csv

Exit codes: 0; 1 when the venue refuses; 2; 3 when the key cannot be read; 4 when the venue cannot
be reached.";
