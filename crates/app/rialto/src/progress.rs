//! A bar on the terminal for what takes long; silent where stderr is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over `total` of `unit`.
pub(crate) fn bar(total: u64, unit: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let template = format!("{{bar:40}} {{human_pos}} of {{human_len}} {unit}, {{eta}} left");
    bar.set_style(ProgressStyle::with_template(&template).expect("a template"));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
