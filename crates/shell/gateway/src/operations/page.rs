//! A page of metrics in Prometheus' text format, which the library writes.

use std::time::Duration;

use meter::Observed;
use prometheus::TextEncoder;
use prometheus::proto::{
    Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType,
};

/// A name and its value.
pub(super) type Label = (&'static str, &'static str);

/// What a metric of one set of labels is.
pub(super) type Sample<T> = (Vec<Label>, T);

/// A number in a metric's own unit. The format has 64-bit floats alone: whole numbers are exact up
/// to 2^53.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number(f64);

impl Number {
    pub(super) fn whole(number: u64) -> Number {
        Number(number as f64)
    }

    pub(super) fn seconds(ns: u64) -> Number {
        Number(Duration::from_nanos(ns).as_secs_f64())
    }

    pub(super) fn flag(is_so: bool) -> Number {
        Number::whole(u64::from(is_so))
    }
}

/// Metrics in the order they were added.
#[derive(Default)]
pub(super) struct Page {
    families: Vec<MetricFamily>,
}

impl Page {
    /// What only grows.
    pub(super) fn counter(&mut self, name: &str, help: &str, samples: Vec<Sample<Number>>) {
        let metrics = samples.into_iter().map(|(labels, Number(value))| {
            let mut counter = Counter::default();
            counter.set_value(value);
            let mut metric = labelled(labels);
            metric.set_counter(counter);
            metric
        });
        self.add(MetricType::COUNTER, name, help, metrics.collect());
    }

    /// What goes up and down.
    pub(super) fn gauge(&mut self, name: &str, help: &str, samples: Vec<Sample<Number>>) {
        let metrics = samples.into_iter().map(|(labels, Number(value))| {
            let mut gauge = Gauge::default();
            gauge.set_value(value);
            let mut metric = labelled(labels);
            metric.set_gauge(gauge);
            metric
        });
        self.add(MetricType::GAUGE, name, help, metrics.collect());
    }

    /// How often what was within which bound; `unit` is that of the bounds.
    pub(super) fn histogram(
        &mut self,
        name: &str,
        help: &str,
        unit: fn(u64) -> Number,
        samples: Vec<Sample<Observed>>,
    ) {
        let metrics = samples.into_iter().map(|(labels, observed)| {
            let mut histogram = Histogram::default();
            histogram.set_sample_count(observed.count);
            histogram.set_sample_sum(unit(observed.sum).0);
            let buckets = observed.at_most.iter().map(|(bound, count)| {
                let mut bucket = Bucket::default();
                bucket.set_upper_bound(unit(*bound).0);
                bucket.set_cumulative_count(*count);
                bucket
            });
            histogram.set_bucket(buckets.collect());
            let mut metric = labelled(labels);
            metric.set_histogram(histogram);
            metric
        });
        self.add(MetricType::HISTOGRAM, name, help, metrics.collect());
    }

    /// The page as it is sent.
    pub(super) fn text(&self) -> String {
        let text = TextEncoder::new().encode_to_string(&self.families);
        text.expect("each family has a name and a metric")
    }

    /// What this system does not tell, or a venue does not have, is not there.
    fn add(&mut self, kind: MetricType, name: &str, help: &str, metrics: Vec<Metric>) {
        if metrics.is_empty() {
            return;
        }
        let mut family = MetricFamily::default();
        family.set_name(name.to_owned());
        family.set_help(help.to_owned());
        family.set_field_type(kind);
        family.set_metric(metrics);
        self.families.push(family);
    }
}

/// A metric without labels, where there is one.
pub(super) fn one<T>(value: impl Into<Option<T>>) -> Vec<Sample<T>> {
    value.into().map(|value| (Vec::new(), value)).into_iter().collect()
}

fn labelled(labels: Vec<Label>) -> Metric {
    let pairs = labels.into_iter().map(|(name, value)| {
        let mut pair = LabelPair::default();
        pair.set_name(name.to_owned());
        pair.set_value(value.to_owned());
        pair
    });
    Metric::from_label(pairs.collect())
}
