//! The search: see `pegcount_fuzz::headers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pegcount_fuzz::headers(bytes));
