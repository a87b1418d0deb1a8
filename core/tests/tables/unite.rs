//! Pages of one table, put together.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};
use pegcount::ErrorKind;
use pegcount::tables::unite;

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
    let (schema, batches) = unite(&[narrow, wide.clone()]).unwrap();
    assert_eq!(schema, wide.schema());
    assert_eq!(batches[0].num_rows(), 2);
    assert_eq!(batches[0].column_by_name("b").unwrap().null_count(), 2);
    assert_eq!(batches[1], wide);
}

#[test]
fn nothing_makes_a_table_without_columns() {
    let (schema, batches) = unite(&[]).unwrap();
    assert!(schema.fields().is_empty() && batches.is_empty());
}

#[test]
fn one_name_of_two_types_is_refused() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
    let refused = unite(&[batch(&[("a", numbers(&[1]))]), batch(&[("a", texts)])]).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::AnswerUnexpected);
}
