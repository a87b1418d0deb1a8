//! How long a page takes, as a ratio to skipping it with `serde_json`, measured in the same second.
//!
//! `cargo bench -p pegcount --bench decode [-- PAGE.json]`

#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a bench has a clock, files and a person who reads"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use pegcount::{Look, PageContext, Report, decode, decode_only, inspect};
use serde::de::IgnoredAny;

const ROUNDS: usize = 41;

fn main() {
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let body = match &path {
        Some(path) => std::fs::read(path).unwrap(),
        None => page(),
    };
    let context = PageContext::of(serde_json::from_str::<Report>(r#"{"report":"conversations"}"#).unwrap());
    let headers = http::HeaderMap::new();
    let skip = || {
        black_box(serde_json::from_str::<IgnoredAny>(std::str::from_utf8(&body).unwrap()).unwrap());
    };
    println!("a page of {} bytes, each case against skipping it, {ROUNDS} pairs", body.len());
    for two in [["segments", "session_metrics"], ["conversations", "segments"]] {
        report(&two.join(" and "), &body, skip, || drop(black_box(decode_only(&context, &body, &two).unwrap())));
    }
    report("all tables", &body, skip, || drop(black_box(decode(&context, &body).unwrap())));
    report("inspect", &body, skip, || drop(black_box(inspect(Look::Conversations, 200, &headers, &body))));
}

/// Runs the two in turn, and prints the median of the ratios pair by pair.
fn report(name: &str, body: &[u8], base: impl Fn(), case: impl Fn()) {
    let time = |run: &dyn Fn()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    base();
    case();
    let mut pairs: Vec<(f64, Duration)> = (0..ROUNDS)
        .map(|_| {
            let (base, case) = (time(&base), time(&case));
            (case.as_secs_f64() / base.as_secs_f64(), case)
        })
        .collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, case) = pairs[ROUNDS / 2];
    let rate = body.len() as f64 / 1e6 / case.as_secs_f64();
    println!("{name:32} {ratio:5.2} x  {:6.2} ms  {rate:6.0} MB/s", case.as_secs_f64() * 1e3);
}

/// A page of a hundred conversations: the genuine ones, over and over.
fn page() -> Vec<u8> {
    let samples = ["1", "2"].map(|nth| {
        let path = format!("{}/../tests/vectors/samples/conversation-detail-{nth}.json", env!("CARGO_MANIFEST_DIR"));
        let value: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        value.to_string()
    });
    let rows: Vec<&str> = samples.iter().map(String::as_str).cycle().take(100).collect();
    format!(r#"{{"conversations":[{}],"totalHits":100}}"#, rows.join(",")).into_bytes()
}
