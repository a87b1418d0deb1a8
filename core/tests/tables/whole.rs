//! Pages of one table, put together.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};
use pegcount::ErrorKind;
use pegcount::tables::{Gathered, Table, Tables, Whole};

fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    let columns = columns.iter().map(|(name, column)| (*name, Arc::clone(column), true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn numbers(numbers: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(numbers.to_vec()))
}

#[test]
fn what_a_page_lacks_is_null() {
    let narrow = batch(&[("a", numbers(&[1, 2]))]);
    let wide = batch(&[("a", numbers(&[3])), ("b", numbers(&[4]))]);
    let Whole { schema, batches } = Whole::unite(&[narrow, wide.clone()]).unwrap();
    assert_eq!(schema, wide.schema());
    assert_eq!(batches[0].num_rows(), 2);
    assert_eq!(batches[0].column_by_name("b").unwrap().null_count(), 2);
    assert_eq!(batches[1], wide);
}

#[test]
fn nothing_makes_a_table_without_columns() {
    let Whole { schema, batches } = Whole::unite(&[]).unwrap();
    assert!(schema.fields().is_empty() && batches.is_empty());
}

#[test]
fn one_name_of_two_types_is_refused() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
    let refused = Whole::unite(&[batch(&[("a", numbers(&[1]))]), batch(&[("a", texts)])]).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::AnswerUnexpected);
}

#[test]
fn pages_are_written_one_after_another() {
    let pages = [batch(&[("a", numbers(&[1]))]), batch(&[("a", numbers(&[2])), ("b", numbers(&[3]))])];
    let whole = Whole::unite(&pages).unwrap();
    assert_eq!((whole.rows(), whole.column_names()), (2, vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(whole.csv(true), b"a,b\r\n1,\r\n2,3\r\n");
    assert_eq!(whole.csv(false), b"1,\r\n2,3\r\n");
    assert_eq!(whole.ndjson(), b"{\"a\":1}\n{\"a\":2,\"b\":3}\n");
    let (layout, block) = whole.flat().unwrap();
    assert_eq!((layout.rows, layout.columns.len()), (2, 2));
    assert_eq!(block[..16], [1_i64.to_le_bytes(), 2_i64.to_le_bytes()].concat());
    assert!(whole.ipc_file().unwrap().starts_with(b"ARROW1"));
    assert!(!whole.ipc_stream().unwrap().is_empty());
}

#[test]
fn pages_are_gathered_table_by_table() {
    let table = |name: &'static str, batch| Table { name: name.into(), batch };
    let mut gathered = Gathered::default();
    assert!(gathered.tables().unwrap().is_empty());
    let one = batch(&[("a", numbers(&[1]))]);
    gathered.add(Tables(vec![table("first", one.clone()), table("second", one.clone())]));
    gathered.add(Tables(vec![table("first", one.clone())]));
    let rows: Vec<_> = gathered.tables().unwrap().into_iter().map(|(name, whole)| (name, whole.rows())).collect();
    assert_eq!(rows, [("first".to_owned(), 2), ("second".to_owned(), 1)]);
}
