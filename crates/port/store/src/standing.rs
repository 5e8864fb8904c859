//! How far each database is, told to those who ask it.

use tokio::sync::watch;
use types::Seq;

use crate::database::Place;
use crate::tables::Part;

/// How far a database is, and what keeps it there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// What is written.
    pub written: Place,
    /// Why nothing more can be written now.
    pub fault: Option<String>,
}

/// Says how far a database is; its projector has it.
#[derive(Debug)]
pub struct Teller {
    told: watch::Sender<Standing>,
}

/// Hears how far both databases are.
#[derive(Clone, Debug)]
pub struct Standings {
    heard: [watch::Receiver<Standing>; 2],
}

/// One teller for each of [`Part::ALL`], and who hears them.
pub fn standings() -> ([Teller; 2], Standings) {
    let [(tell_one, hear_one), (tell_other, hear_other)] =
        Part::ALL.map(|_| watch::channel(Standing::default()));
    let tellers = [Teller { told: tell_one }, Teller { told: tell_other }];
    (tellers, Standings { heard: [hear_one, hear_other] })
}

impl Teller {
    /// All is written up to there.
    pub fn reached(&self, written: Place) {
        self.told.send_if_modified(|standing| {
            let now = Standing { written, fault: None };
            std::mem::replace(standing, now.clone()) != now
        });
    }

    /// Nothing can be written now.
    pub fn failed(&self, fault: String) {
        self.told.send_modify(|standing| standing.fault = Some(fault));
    }
}

impl Standings {
    /// How far a database is.
    pub fn of(&self, part: Part) -> Standing {
        self.heard[part as usize].borrow().clone()
    }

    /// Waits until a database has command `seq`, or event `event_seq`, after which no other came
    /// until that command; `false` when it never will, for its projector is gone. The caller bounds
    /// the time.
    pub async fn reach(&self, part: Part, seq: Seq, event_seq: Seq) -> bool {
        let mut heard = self.heard[part as usize].clone();
        let has = |place: &Place| place.seq >= seq || place.event_seq >= event_seq;
        heard.wait_for(|standing| has(&standing.written)).await.is_ok()
    }
}
