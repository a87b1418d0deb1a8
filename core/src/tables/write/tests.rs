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
