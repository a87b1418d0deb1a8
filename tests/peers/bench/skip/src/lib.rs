//! What reading a page costs at the least: `serde_json` checks its JSON and keeps nothing.

use serde::de::IgnoredAny;

/// Skips one JSON document; says whether it was one.
///
/// # Safety
///
/// `body` points to `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn skip(body: *const u8, length: usize) -> bool {
    // SAFETY: the caller vouches for the bytes.
    let body = unsafe { std::slice::from_raw_parts(body, length) };
    serde_json::from_slice::<IgnoredAny>(body).is_ok()
}
