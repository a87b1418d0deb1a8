//! The search: see `pegcount_fuzz::token`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pegcount_fuzz::token(bytes));
