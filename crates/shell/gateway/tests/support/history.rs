//! A history beside an exchange, for as long as that lives.

use std::time::Duration;

use bus::Reader;
use store::{History, Location, Part, Projector, Teller, standings};
use view::Views;

use super::{Exchange, genesis};

impl Exchange {
    /// Keeps what was and what comes in a store.
    pub fn remembering(mut self) -> Exchange {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::sqlite(folder.path());
        let (tellers, standings) = standings();
        for (part, teller) in Part::ALL.into_iter().zip(tellers) {
            let (location, reader) = (location.clone(), self.reader.clone());
            let mut projector = Projector::open(&location, part, &genesis()).unwrap();
            std::thread::spawn(move || follow(&mut projector, &reader, &teller));
        }
        self.gateway.remember(History::new(location, standings));
        self.history = Some(folder);
        self
    }
}

fn follow(projector: &mut Projector, reader: &Reader, teller: &Teller) {
    projector.begin(&genesis(), Views::new(&genesis())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut subscription = reader.subscribe(0);
    loop {
        let next = runtime.block_on(async {
            tokio::time::timeout(Duration::from_secs(60), subscription.next()).await
        });
        let Ok(Ok(taken)) = next else { return };
        taken.batches.iter().for_each(|batch| projector.take(&batch.events));
        projector.mark(taken.batches.last().unwrap().durable.seq);
        // The folder may be gone, and the test with it.
        if projector.flush().is_err() {
            return;
        }
        teller.reached(projector.written());
    }
}
