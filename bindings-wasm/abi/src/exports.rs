//! The exports, and the only unsafe code: memory that is handed to the host and taken back.

#![expect(unsafe_code, reason = "pointers and lengths are all that crosses the border of a plain module")]

use std::alloc::Layout;

use crate::{answer, session, stateless};

/// Where `len` bytes may be written; 0 if there is no memory left.
#[unsafe(no_mangle)]
extern "C" fn alloc(len: usize) -> *mut u8 {
    match Layout::array::<u8>(len) {
        Ok(layout) if len > 0 => {
            // SAFETY: the layout is not empty.
            unsafe { std::alloc::alloc(layout) }
        }
        Ok(_) => std::ptr::dangling_mut(),
        Err(_) => std::ptr::null_mut(),
    }
}

/// Takes back a result.
#[unsafe(no_mangle)]
extern "C" fn free(ptr: *mut u8, len: usize) {
    drop(take(ptr, len));
}

/// Begins a session.
#[unsafe(no_mangle)]
extern "C" fn open(ptr: *mut u8, len: usize) -> u64 {
    give(answer(session::open(&take(ptr, len))))
}

/// Gives a session an input, or takes what it has to say.
#[unsafe(no_mangle)]
extern "C" fn step(handle: u32, ptr: *mut u8, len: usize) -> u64 {
    give(answer(session::step(handle, &take(ptr, len))))
}

/// Ends a session.
#[unsafe(no_mangle)]
extern "C" fn close(handle: u32) {
    session::close(handle);
}

/// Looks at an answer.
#[unsafe(no_mangle)]
extern "C" fn inspect(ptr: *mut u8, len: usize, body: *mut u8, body_len: usize) -> u64 {
    give(answer(stateless::inspect(&take(ptr, len), &take(body, body_len))))
}

/// Reads the rows of an answer.
#[unsafe(no_mangle)]
extern "C" fn decode(ptr: *mut u8, len: usize, body: *mut u8, body_len: usize) -> u64 {
    give(stateless::decode(&take(ptr, len), &take(body, body_len)))
}

/// Answers what needs no session.
#[unsafe(no_mangle)]
extern "C" fn ask(ptr: *mut u8, len: usize) -> u64 {
    give(answer(stateless::ask(&take(ptr, len))))
}

fn take(ptr: *mut u8, len: usize) -> Box<[u8]> {
    // SAFETY: the host hands over what `alloc` or `give` gave it, once, with the same length: both are allocations of
    // exactly `len` bytes of alignment one, or none for `len` 0. The host has written all of them.
    unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(ptr, len)) }
}

fn give(result: Vec<u8>) -> u64 {
    let result = Box::leak(result.into_boxed_slice());
    (result.as_ptr() as u64) << 32 | result.len() as u64
}
