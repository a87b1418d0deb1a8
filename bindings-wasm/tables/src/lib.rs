//! Tables as a WebAssembly module for JavaScript: bytes in, bytes out, nothing kept between two calls.
//!
//! A table crosses as Arrow IPC, which the JavaScript side keeps: its collector sees those bytes, and would not see
//! what lies in the memory of this module. Columns and texts are made from it when they are asked for.

mod stream;

use arrow_array::RecordBatch;
use arrow_select::concat::concat_batches;
use pegcount::tables::{self, write};
use pegcount::{Error, ErrorKind, wire};
use serde::Serialize;
use serde_json::Value;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// One table.
#[wasm_bindgen(getter_with_clone)]
pub struct Table {
    /// Its name, such as `segments`.
    pub name: String,
    /// How many rows it has.
    pub rows: u32,
    /// The rows as an Arrow IPC stream.
    pub stream: Vec<u8>,
}

/// The tables of an answer, or those named: `context` is a page of an event, or `{"report": …}` for bytes saved from
/// anywhere.
#[wasm_bindgen]
pub fn decode(context: JsValue, body: &[u8], names: Option<Vec<String>>) -> Result<Vec<Table>, JsValue> {
    let read = || {
        let decoded = wire::decode(&from_js(context)?, body, names.as_deref())?;
        let table = |table: tables::Table| {
            let stream = write::ipc_stream(&table.batch.schema(), std::slice::from_ref(&table.batch))?;
            Ok(Table { name: table.name.into_owned(), rows: table.batch.num_rows() as u32, stream })
        };
        decoded.into_iter().map(table).collect::<Result<_, _>>()
    };
    read().map_err(|error: Error| thrown(&error))
}

/// Several IPC streams as one; what a page lacks of another page's columns is null.
#[wasm_bindgen]
pub fn concat(streams: Vec<js_sys::Uint8Array>) -> Result<Vec<u8>, JsValue> {
    let parts = streams.into_iter().map(|stream| stream::read(&stream.to_vec())).collect::<Result<_, _>>();
    parts.and_then(stream::join).map_err(|error| thrown(&error))
}

/// The columns of an IPC stream in one block of bytes, and where they lie in it: `[block, layout]`, in the shape of
/// `pegcount::tables::write::Layout`.
#[wasm_bindgen]
pub fn columns(stream: &[u8]) -> Result<js_sys::Array, JsValue> {
    let lay = || {
        let (schema, batches) = stream::read(stream)?;
        let whole = match batches.as_slice() {
            [only] => only.clone(),
            many => concat_batches(&schema, many).map_err(stream::refused)?,
        };
        let mut block = Vec::new();
        let layout = write::flat(&whole, &mut block);
        Ok((block, layout))
    };
    let (block, layout) = lay().map_err(|error| thrown(&error))?;
    Ok(js_sys::Array::of2(&js_sys::Uint8Array::from(block.as_slice()), &layout.serialize(&SHAPES)?))
}

/// The rows of an IPC stream as CSV.
#[wasm_bindgen]
pub fn csv(stream: &[u8]) -> Result<Vec<u8>, JsValue> {
    let (schema, batches) = stream::read(stream).map_err(|error| thrown(&error))?;
    let mut text = Vec::new();
    write::csv_header(&schema, &mut text);
    batches.iter().for_each(|batch| write::csv_rows(batch, &mut text));
    Ok(text)
}

/// The rows of an IPC stream as JSON, one object a line.
#[wasm_bindgen]
pub fn ndjson(stream: &[u8]) -> Result<Vec<u8>, JsValue> {
    let (_, batches) = stream::read(stream).map_err(|error| thrown(&error))?;
    let mut text = Vec::new();
    batches.iter().for_each(|batch: &RecordBatch| write::ndjson(batch, &mut text));
    Ok(text)
}

const SHAPES: Serializer = Serializer::json_compatible();

fn from_js(value: JsValue) -> Result<Value, Error> {
    serde_wasm_bindgen::from_value(value).map_err(|error| Error::new(ErrorKind::QueryBody, error.to_string()))
}

fn thrown(error: &Error) -> JsValue {
    wire::error(error).serialize(&SHAPES).unwrap_or_else(JsValue::from)
}
