//! Bytes that cross the border in one copy: UniFFI moves a `Vec<u8>` byte by byte, twenty times slower.

use uniffi::deps::anyhow::{Result, bail};
use uniffi::metadata::{MetadataBuffer, codes};
use uniffi::{FfiConverter, RustBuffer};

/// A body, or a table as text or binary. To hosts it is what a `Vec<u8>` is: `ByteArray` in Kotlin, `Data` in Swift.
#[derive(Debug)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

// SAFETY: the buffer is laid out as UniFFI lays out a `Vec<u8>`: a length of four bytes, big-endian, then the bytes.
// Nothing is read past what the length says.
unsafe impl<UT> FfiConverter<UT> for Bytes {
    type FfiType = RustBuffer;

    fn lower(obj: Self) -> RustBuffer {
        let mut buffer = Vec::with_capacity(4 + obj.0.len());
        <Self as FfiConverter<UT>>::write(obj, &mut buffer);
        RustBuffer::from_vec(buffer)
    }

    fn try_lift(buffer: RustBuffer) -> Result<Self> {
        let bytes = buffer.destroy_into_vec();
        <Self as FfiConverter<UT>>::try_read(&mut bytes.as_slice())
    }

    fn write(obj: Self, buffer: &mut Vec<u8>) {
        // Hosts have no array of more than 2 GiB; `Table` refuses to make one.
        let length = obj.0.len().min(i32::MAX as usize);
        buffer.extend((length as i32).to_be_bytes());
        buffer.extend(obj.0.iter().take(length));
    }

    fn try_read(buffer: &mut &[u8]) -> Result<Self> {
        let Some((length, rest)) = buffer.split_first_chunk() else { bail!("a buffer without its length") };
        let Some((bytes, rest)) = rest.split_at_checked(u32::from_be_bytes(*length) as usize) else {
            bail!("a buffer shorter than its length");
        };
        *buffer = rest;
        Ok(Bytes(bytes.to_vec()))
    }

    const TYPE_ID_META: MetadataBuffer = MetadataBuffer::from_code(codes::TYPE_VEC).concat_value(codes::TYPE_U8);
}

uniffi::derive_ffi_traits!(local Bytes);
