//! The search: see `pegcount_fuzz::actions`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pegcount_fuzz::actions(bytes));
