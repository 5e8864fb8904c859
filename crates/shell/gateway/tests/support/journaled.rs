//! An exchange over the real sequencer: a journal on a simulated disk, and a clock that is set.

use std::sync::Arc;

use gateway::{Config, Gateway, router};
use journal::SimDisk;
use sequencer::Stepped;

use super::{Exchange, START, genesis, identity};

impl Exchange {
    /// As [`Exchange::trading`], at [`START`] until the clock is set.
    pub async fn journaled() -> (Exchange, Stepped) {
        let (disk, config) = (SimDisk::new(1), sequencer::Config::default());
        sequencer::create(disk.clone(), &config, &genesis(), START.0).unwrap();
        let opened = sequencer::open(disk, config, &mut |_, _| {}).unwrap();
        let clock = Stepped::default();
        clock.set(START);
        let on_fatal = Box::new(|fatal: &sequencer::Fatal| panic!("{fatal}"));
        let (sequencer, submitter, reader) = opened.run(clock.clone(), on_fatal).unwrap();
        let identity = identity();
        let (known, config) = (Arc::clone(&identity), Config::default());
        let gateway = Gateway::new(submitter, reader.clone(), &genesis(), known, config);
        let engine = Some(std::thread::spawn(move || sequencer.join().unwrap()));
        let app = router(gateway.clone());
        let exchange = Exchange { app, gateway, identity, engine, reader, history: None };
        exchange.open_market().await;
        (exchange, clock)
    }
}
