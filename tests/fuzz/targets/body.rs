//! The search: see `pegcount_fuzz::body`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pegcount_fuzz::body(bytes));
