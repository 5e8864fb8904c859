//! The power goes away at every storage call, and at random ones: nothing acknowledged is lost.

mod common;

use common::{RESERVING, Rig, SMALL, Stopped, last_trailer_offset};
use journal::{Check, CutTail, InspectError, Journal, OpenError, Options, SimDisk};

/// Deaths of one disk.
pub const CUTS_PER_DISK: u64 = 5;

/// Everything a journal does in its life, on segments so small that it rolls often.
fn script(rig: &mut Rig) -> Result<(), Stopped> {
    rig.create()?;
    rig.append(3, 40)?;
    rig.append(1, 0)?;
    rig.mark()?;
    // Two writes before one sync: the second may reach the disk without the first.
    rig.write(5, 300)?;
    rig.write(2, 300)?;
    rig.sync()?;
    rig.append(5, 400)?;
    rig.append(5, 400)?;
    rig.journal().spares().prepare().map_err(|error| Stopped(error.to_string()))?;
    rig.append(5, 400)?;
    rig.append(5, 400)?;
    rig.snapshot()?;
    rig.append(5, 400)?;
    rig.append(5, 400)?;
    rig.snapshot()?;
    rig.retain(1)?;
    rig.append(2, 100)?;
    rig.reopen()?;
    rig.append(4, 400)?;
    rig.append(4, 400)?;
    rig.snapshot()?;
    rig.retain(0)?;
    rig.append(4, 400)?;
    rig.mark()?;
    rig.reopen()?;
    rig.append(1, 10)
}

fn calls_of_the_script(options: Options) -> u64 {
    let mut rig = Rig::new(SimDisk::new(0), options, 1);
    script(&mut rig).expect("nothing fails without a cut");
    rig.disk.calls()
}

#[test]
fn power_loss_at_every_storage_call_loses_nothing_acknowledged() {
    for options in [SMALL, RESERVING] {
        let calls = calls_of_the_script(options);
        let mut cuts = 0;
        for seed in 0..8 {
            for call in 1..=calls {
                let mut rig = Rig::new(SimDisk::new(seed), options, seed);
                rig.disk.cut_power_at(call);
                let outcome = script(&mut rig);
                // The draws of another seed may need fewer calls.
                if outcome.is_err() {
                    rig.disk.power_on();
                    cuts += 1;
                }
                rig.recover().unwrap_or_else(|error| panic!("{seed}, {call}: {error:?}"));
                rig.append(3, 200).expect("the journal goes on");
                rig.reopen().expect("the journal opens again");
            }
        }
        assert!(cuts > 7 * calls, "{cuts} cuts in {calls} calls");
    }
}

#[test]
fn power_loss_at_every_call_of_the_recovery_loses_nothing_either() {
    let calls = calls_of_the_script(RESERVING);
    for first in (1..=calls).step_by(3) {
        let mut second = 0;
        loop {
            second += 1;
            let mut rig = Rig::new(SimDisk::new(first), RESERVING, first);
            rig.disk.cut_power_at(first);
            if script(&mut rig).is_ok() {
                break;
            }
            rig.disk.power_on();
            rig.disk.cut_power_at(rig.disk.calls() + second);
            let is_cut = rig.recover().is_err() || rig.append(2, 100).is_err();
            if is_cut {
                rig.disk.power_on();
                rig.recover().unwrap_or_else(|error| panic!("{first}, {second}: {error:?}"));
            }
            rig.disk.cancel_death();
            rig.append(3, 200).expect("the journal goes on");
            rig.reopen().expect("the journal opens again");
            if !is_cut {
                break;
            }
        }
    }
}

/// What a program that died had not synced, its successor may have seen: it must stay.
#[test]
fn a_program_killed_at_every_storage_call_and_then_a_power_cut_lose_nothing_acknowledged() {
    for options in [SMALL, RESERVING] {
        for seed in 0..4 {
            for call in 1.. {
                let mut rig = Rig::new(SimDisk::new(seed), options, seed);
                rig.disk.kill_program_at(call);
                if script(&mut rig).is_ok() {
                    break;
                }
                rig.disk.power_on();
                rig.recover().unwrap_or_else(|error| panic!("{seed}, {call}: {error:?}"));
                if call % 2 == 0 {
                    rig.append(3, 200).expect("the journal goes on");
                    rig.retain(0).expect("segments are removed");
                }
                rig.disk.cut_power();
                rig.disk.power_on();
                rig.recover().unwrap_or_else(|error| panic!("{seed}, {call}: {error:?}"));
            }
        }
    }
}

#[test]
fn what_a_failed_sync_made_the_disk_forget_is_written_again() {
    for seed in 0..200 {
        let mut rig = Rig::new(SimDisk::new(seed), SMALL, seed);
        rig.create().expect("the journal is made");
        rig.append(2, 100).expect("a batch is acknowledged");
        rig.write(4, 200).expect("a batch is written");
        rig.disk.fail_one_sync_at(0);
        rig.sync().expect_err("the sync fails");
        // The program starts again, reads the batch from the cache, and acknowledges it.
        rig.recover().expect("it opens");
        assert_eq!(rig.model.acknowledged, 6);
        rig.disk.cut_power();
        rig.disk.power_on();
        rig.recover().expect("it opens");
        assert_eq!(rig.model.acknowledged, 6);
    }
}

#[test]
fn a_snapshot_whose_name_may_not_last_stands_for_nothing_yet() {
    let three_segments = |seed| {
        let mut rig = Rig::new(SimDisk::new(seed), SMALL, 7);
        rig.create().expect("the journal is made");
        while rig.disk.files().len() < 3 {
            rig.append(5, 330).expect("a batch is acknowledged");
        }
        rig
    };
    let mut twin = three_segments(0);
    twin.snapshot().expect("a snapshot is written");
    let folder_sync = twin.disk.calls();
    for seed in 0..20 {
        for cut in 1.. {
            let mut rig = three_segments(seed);
            rig.disk.fail_one_sync_at(folder_sync);
            rig.snapshot().expect_err("the last call of a snapshot syncs the folder");
            rig.disk.cut_power_at(rig.disk.calls() + cut);
            let is_done = rig.retain(0).is_ok();
            if is_done {
                rig.disk.cut_power();
            }
            rig.disk.power_on();
            rig.recover().unwrap_or_else(|error| panic!("{seed}, {cut}: {error:?}"));
            if is_done {
                break;
            }
        }
    }
}

#[test]
fn a_program_that_dies_without_a_power_cut_loses_nothing_written() {
    let mut rig = Rig::new(SimDisk::new(3), SMALL, 3);
    rig.create().expect("the journal is made");
    rig.write(4, 100).expect("a batch is written");
    let recovery = rig.open().expect("the cache of the system is still there");
    assert_eq!(recovery.last_seq, 4);
    assert_eq!(recovery.durable_seq, 0, "no sync was acknowledged");
    // What the opening told is durable, although only the opening itself synced it.
    rig.compare(&recovery);
    rig.disk.cut_power();
    rig.disk.power_on();
    assert_eq!(rig.open().expect("it opens").last_seq, 4);
}

/// Random lives with random deaths, each followed by a look at everything.
#[test]
fn five_thousand_power_cuts_by_seed_lose_nothing_acknowledged() {
    const CUTS: u64 = 5_000;
    let cuts: Vec<CutTail> = (0..CUTS / CUTS_PER_DISK).flat_map(survive).collect();
    let seen = cuts.iter().filter(|cut| cut.last_seq_seen.is_some()).count();
    let tails = cuts.len();
    assert!(tails > CUTS as usize / 10, "{tails} torn tails are enough to mean something");
    assert!(seen > CUTS as usize / 50, "{seen} tails whose seqs could be told");
}

/// Cuts the power of one disk again and again, and answers the torn tails.
pub fn survive(seed: u64) -> Vec<CutTail> {
    let mut rig = Rig::new(SimDisk::new(seed), RESERVING, seed ^ 0xabcd);
    let mut cuts = Vec::new();
    for cut in 0..CUTS_PER_DISK {
        let call = rig.disk.calls() + 1 + rig.random.below(150);
        rig.disk.cut_power_at(call);
        let stopped = live(&mut rig).expect_err("the power is cut at last");
        assert!(!rig.disk.is_powered(), "{seed}, {cut}: {stopped:?}");
        rig.disk.power_on();
        cuts.extend(rig.recover().expect("a cut journal opens").and_then(|it| it.cut));
    }
    rig.append(2, 50).expect("the journal goes on");
    rig.mark().expect("the journal is marked");
    refuses_a_hole(&mut rig);
    cuts
}

fn live(rig: &mut Rig) -> Result<(), Stopped> {
    if rig.journal.is_none() || !rig.model.is_created {
        rig.create()?;
    }
    loop {
        let records = 1 + rig.random.below(6);
        match rig.random.below(20) {
            0 => rig.mark()?,
            1 => rig.snapshot()?,
            2 => rig.retain(1)?,
            3 => rig.reopen()?,
            4..=9 => rig.write(records, 300)?,
            10..=15 => rig.append(records, 300)?,
            _ => rig.sync()?,
        }
    }
}

/// Clears some bytes of what was durable: the opening is refused at that place.
fn refuses_a_hole(rig: &mut Rig) {
    let mut files = rig.disk.files();
    let segments: Vec<usize> =
        (0..files.len()).filter(|&file| files[file].0.starts_with("journal-")).collect();
    let last = *segments.last().expect("there is a segment");
    let chosen = segments[rig.random.below(segments.len() as u64) as usize];
    let (name, bytes) = &mut files[chosen];
    let name = name.clone();
    let used = 1 + bytes.iter().rposition(|&byte| byte != 0).expect("a segment has a header");
    // A mark ends the last segment, and nothing after it proves it.
    let end = if chosen == last { last_trailer_offset(bytes) } else { used };
    let place = rig.random.below(end as u64) as usize;
    let hole = place..(place + 1 + rig.random.below(300) as usize).min(end);
    if bytes[hole.clone()].iter().all(|&byte| byte == 0) {
        return;
    }
    bytes[hole.clone()].fill(0);
    let disk = SimDisk::with_files(0, files.clone());
    let error = Journal::open(disk.clone(), rig.options, Check::Everything)
        .expect_err("what was durable is never taken for a torn tail");
    let OpenError::Inspect(InspectError::Corrupt(corruption)) = error else {
        panic!("a hole is corruption, not {error}");
    };
    assert_eq!(corruption.file, name);
    assert!((corruption.offset as usize) < hole.end, "{corruption} for a hole at {hole:?}");
    assert!(corruption.to_string().contains(&name), "the place is named: {corruption}");
    assert_eq!(disk.files(), files, "a refused journal stays as it is");
}
