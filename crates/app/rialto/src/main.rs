//! The exchange in one binary.

mod bench;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let workload = bench::lobw::Workload::read(std::path::Path::new(&args[1]))?;
    let mut core = bench::core::Core::new(&workload, args.get(2).is_some_and(|x| x == "ids"));
    let (pre, timed) = workload.records.split_at(workload.prefill);
    core.run(pre);
    let (t0, r0) = (core.trades, core.refused);
    let ns = core.run(timed).as_nanos() as u64;
    println!("{} ns/op {} trades {} hash {:016x} refused {}", args[1], ns / timed.len() as u64, core.trades.trades - t0.trades, core.trades.hash, core.refused - r0);
    Ok(())
}
