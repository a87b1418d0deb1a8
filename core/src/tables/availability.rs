//! Up to when the data that jobs read is complete: one table of one row.

use super::column::{Kind, Value};
use super::grouped::keep;
use super::loose::Loose;
use super::raw::{member, members};
use super::{Fault, Table, Tables};
use crate::reader::Reader;

pub(super) const NAME: &str = "availability";

const DATE: &str = "data_availability_date";

/// Reads the answer.
pub(super) fn decode(of: &str, body: &str) -> Result<Tables, Fault> {
    let whole = Reader::all(body, Reader::value)?;
    let Some(all) = members(whole) else {
        return Err(Fault::Json(serde::de::Error::custom("no object")));
    };
    let mut table = Loose::new([("of", Kind::Str), (DATE, Kind::Time)]);
    if !all.is_empty() {
        let row = table.begin();
        table.set(row, "of", Value::Str(of));
        let mut rest = String::new();
        for (key, raw) in all {
            match &*key {
                "dataAvailabilityDate" => keep(&mut table, row, &key, Kind::Time, raw, &mut rest),
                _ => member(&mut rest, &key, raw),
            }
        }
        table.set_extra(row, &rest);
    }
    Ok(Tables(vec![Table { name: NAME.into(), batch: table.finish()? }]))
}
