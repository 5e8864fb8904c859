use sim::*;
fn main() {
    let mut all = stats::Stats::default();
    let n: u64 = std::env::args().nth(1).map_or(50_000, |it| it.parse().unwrap());
    for seed in 0..20 {
        let mut model = model::Model::new(world::genesis(seed));
        let mut generator = generator::Generator::new(seed);
        let mut st = stats::Stats::default();
        let mut open = 0; let mut max=0;
        for seq in 1..=n {
            let (at, command) = generator.next(&model);
            let (events, outcome) = model.apply(seq, at, &command);
            st.add(&events, &outcome);
            open += model.orders.len(); max=max.max(model.orders.len());
        }
        println!("seed {seed}: accepted {} avg open {} max {}", st.accepted as f64/n as f64, open as u64/n, max);
        all.merge(&st);
    }
    println!("{all}\nmissing {:?}", all.missing(100));
}
