//! The core as UniFFI objects and records, for Kotlin, Java and Swift. No policy lives here.
//!
//! Orders, events and errors cross as records and enums that are read from the one shape of [`pegcount::wire`], where
//! their fields are told; reports, configurations, the contexts of pages and what a host answers as its JSON; tables stay
//! in Arrow memory behind an object. Everything is synchronous and may be called from any thread. Whatever holds a secret is an object,
//! so that no generated `toString` shows it.
//!
//! Integers are signed, as Java has no others; names avoid those that Kotlin or Swift keep for themselves.

#![expect(
    clippy::large_enum_variant,
    clippy::result_large_err,
    reason = "what is returned is written into a buffer at once; a box would not cross the border"
)]

mod bytes;
mod functions;
mod login;
mod orders;
mod places;
mod problem;
mod scalars;
mod session;
mod table;

uniffi::setup_scaffolding!();
