use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_schema::{Field, Schema, TimeUnit};

use super::*;

fn batch() -> RecordBatch {
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("a"), None, Some("b\"c")]);
    lists.append_null();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("text", Arc::new(StringArray::from(vec![Some("plain"), Some("")]))),
        ("odd", Arc::new(StringArray::from(vec![Some("a,\"b\"\nc"), None]))),
        ("n", Arc::new(Int64Array::from(vec![Some(-7), None]))),
        ("x", Arc::new(Float64Array::from(vec![Some(55_173_891.0), Some(4.882_874_965_667_725)]))),
        ("b", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("at", Arc::new(TimestampMillisecondArray::from(vec![Some(0), None]).with_timezone("UTC"))),
        ("list", Arc::new(lists.finish())),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).unwrap()
}

#[test]
fn csv() {
    let mut out = Vec::new();
    csv_header(&batch().schema(), &mut out);
    csv_rows(&batch(), &mut out);
    let expected = "text,odd,n,x,b,at,list\r\n\
        plain,\"a,\"\"b\"\"\nc\",-7,55173891,true,1970-01-01T00:00:00.000Z,\"[\"\"a\"\",null,\"\"b\\\"\"c\"\"]\"\r\n\
        \"\",,,4.882874965667725,,,\r\n";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

#[test]
fn ndjson_rows() {
    let mut out = Vec::new();
    ndjson(&batch(), &mut out);
    let lines: Vec<Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let first = serde_json::json!({"text": "plain", "odd": "a,\"b\"\nc", "n": -7, "x": 55_173_891, "b": true,
        "at": "1970-01-01T00:00:00.000Z", "list": ["a", null, "b\"c"]});
    assert_eq!(lines, [first, serde_json::json!({"text": "", "x": 4.882_874_965_667_725})]);
}

#[test]
fn ipc_reads_back() {
    let batch = batch();
    for bytes in
        [ipc_stream(&batch.schema(), std::slice::from_ref(&batch)).unwrap(), ipc_file(&batch.schema(), &[]).unwrap()]
    {
        assert!(bytes.len() > 100);
    }
    let bytes = ipc_stream(&batch.schema(), &[batch.clone(), batch.clone()]).unwrap();
    let reader = arrow_ipc::reader::StreamReader::try_new(bytes.as_slice(), None).unwrap();
    assert_eq!(reader.map(Result::unwrap).collect::<Vec<_>>(), [batch.clone(), batch]);
}

#[test]
fn a_batch_of_another_schema_is_refused() {
    let other = Schema::new(vec![Field::new("at", DataType::Timestamp(TimeUnit::Second, None), true)]);
    assert!(ipc_stream(&other, &[batch()]).is_err());
}

#[test]
fn flat_columns_read_back() {
    let whole = RecordBatch::try_from_iter_with_nullable([
        ("none", Arc::new(StringArray::from(vec![None::<&str>; 3])) as ArrayRef, true),
        ("text", Arc::new(StringArray::from(vec![Some("gone"), Some("é"), Some("")])), true),
        ("b", Arc::new(BooleanArray::from(vec![Some(true), None, Some(true)])), true),
    ]);
    // What is cut off the front leaves no trace.
    let (batches, mut block) = ([batch(), whole.unwrap().slice(1, 2)], vec![1, 2, 3]);
    let [first, cut] = batches.each_ref().map(|batch| flat(batch, &mut block));
    let find = |layout: &Layout, name: &str| layout.columns.iter().find(|place| place.name == name).unwrap().clone();
    let word = |at: Option<usize>| <[u8; 8]>::try_from(&block[at.unwrap()..][..8]).unwrap();
    let offset = |at: Option<usize>, row: usize| {
        usize::try_from(i32::from_le_bytes(block[at.unwrap() + 4 * row..][..4].try_into().unwrap())).unwrap()
    };
    let text = |place: &Place, row: usize| {
        let bytes = &block[place.values.unwrap()..];
        std::str::from_utf8(&bytes[offset(place.offsets, row)..offset(place.offsets, row + 1)]).unwrap()
    };
    assert_eq!([first.rows, cut.rows], [2, 2]);
    assert_eq!([text(&find(&first, "odd"), 0), text(&find(&first, "odd"), 1)], ["a,\"b\"\nc", ""]);
    assert_eq!(i64::from_le_bytes(word(find(&first, "n").values)), -7);
    assert!((f64::from_le_bytes(word(find(&first, "x").values)) - 55_173_891.0).abs() < f64::EPSILON);
    assert_eq!([find(&first, "text").validity, find(&first, "x").validity], [None, None]);
    assert_eq!([block[find(&first, "at").validity.unwrap()], block[find(&first, "b").values.unwrap()]], [1, 1]);
    let list = find(&first, "list");
    assert_eq!((list.kind, offset(list.offsets, 1), offset(list.offsets, 2)), ("list", 3, 3));
    let items = list.items.unwrap();
    assert_eq!((items.kind, text(&items, 0), text(&items, 2)), ("text", "a", "b\"c"));
    assert_eq!(block[items.validity.unwrap()], 0b101);
    let none = find(&cut, "none");
    assert_eq!(serde_json::json!(none), serde_json::json!({"name": "none", "kind": "text"}));
    assert_eq!([text(&find(&cut, "text"), 0), text(&find(&cut, "text"), 1)], ["é", ""]);
    assert_eq!([block[find(&cut, "b").validity.unwrap()], block[find(&cut, "b").values.unwrap()] & 2], [0b10, 2]);
    let places =
        first.columns.iter().chain(&cut.columns).flat_map(|place| [place.values, place.offsets, place.validity]);
    assert!(places.flatten().all(|at| at % 8 == 0 && at > 2));
}
