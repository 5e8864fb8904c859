//! Lets views take in events on a thread beside a replay: they cost more than the venue does.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use venue::Events;
use view::Views;

/// Events handed over at once.
const EVENTS_MAX: usize = 4_096;
/// Buffers that go round.
const BUFFERS: usize = 4;

/// Takes events from a replay, and hands them over by the buffer.
pub(crate) struct Feed {
    current: Events,
    full: SyncSender<Events>,
    emptied: Receiver<Events>,
}

/// Runs a replay; all events that it gives are in the views when this returns.
///
/// # Panics
/// If no thread can be started, or the events contradict the views.
pub(crate) fn beside<T>(views: &mut Views, replay: impl FnOnce(&mut Feed) -> T) -> T {
    let first_seq = views.event_seq() + 1;
    let (full, filled) = sync_channel::<Events>(BUFFERS);
    let (give_back, emptied) = sync_channel(BUFFERS);
    for _ in 1..BUFFERS {
        give_back.send(Events::new(first_seq, EVENTS_MAX)).expect("the other end is here");
    }
    let mut feed = Feed { current: Events::new(first_seq, EVENTS_MAX), full, emptied };
    thread::scope(|scope| {
        scope.spawn(move || {
            for events in filled {
                views.absorb(&events);
                // At the end nobody wants it any more.
                give_back.send(events).ok();
            }
        });
        let done = replay(&mut feed);
        feed.hand_over();
        drop(feed);
        done
    })
}

impl Feed {
    /// Takes the events that follow those given before. A step that has more than a buffer holds
    /// goes on in the next one.
    pub(crate) fn give(&mut self, events: &Events) {
        for (step, mut facts) in events.steps() {
            while !facts.is_empty() {
                if self.current.room() == 0 {
                    self.hand_over();
                }
                let (now, later) = facts.split_at(facts.len().min(self.current.room()));
                self.current.begin(step.at, step.cause);
                now.iter().for_each(|fact| self.current.push(*fact));
                facts = later;
            }
        }
    }

    fn hand_over(&mut self) {
        let mut next = self.emptied.recv().expect("the views take in what is given");
        next.restart(self.current.next_seq());
        let full = std::mem::replace(&mut self.current, next);
        self.full.send(full).expect("the views take in what is given");
    }
}
