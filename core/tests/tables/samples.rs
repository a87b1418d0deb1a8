//! Genuine answers go through `decode`, and every leaf value is found again in a table or in `_extra`.
use crate::leaves::{assert_found, assert_numbers, report};

const CONVERSATIONS: &str = r#"{"report":"conversations"}"#;

#[test]
fn conversations() {
    for sample in [
        "conversation-detail-1",
        "conversation-detail-2",
        "conversations-details-query-empty-page",
        "conversations-details-query-partial",
    ] {
        let leaves = assert_found(&report(CONVERSATIONS), sample, &["totalHits"]);
        assert!(leaves > 50 || sample.contains("query"), "{sample}: {leaves} leaves");
    }
}

#[test]
fn aggregates() {
    let long = report(r#"{"report":"aggregates","of":"conversations"}"#);
    let wide = report(r#"{"report":"aggregates","of":"conversations","wide":true}"#);
    // Statistics become names of columns, and an interval becomes two instants.
    let names: &[&str] = &[];
    assert!(assert_found(&long, "conversation-aggregates-query", names) > 5);
    assert_numbers(&wide, "conversation-aggregates-query");
}

#[test]
fn observations() {
    let leaves = assert_found(&report(r#"{"report":"observations","of":"queues"}"#), "queue-observations-query", &[]);
    assert!(leaves > 20, "{leaves}");
}

/// Answers of operations that have no report of their own yet: what is read as one keeps every leaf all the same.
#[test]
fn others() {
    let directory = r#"{"report":"directory","of":"users"}"#;
    for (sample, of) in [
        ("authorization-subject", directory),
        ("conversation-recordings", directory),
        ("conversation-get", directory),
        ("voice-transcript-file", CONVERSATIONS),
        ("usage-query-results", r#"{"report":"aggregates","of":"conversations"}"#),
    ] {
        let leaves = assert_found(&report(of), sample, &["queryStatus"]);
        assert!(leaves >= 9, "{sample}: {leaves}");
    }
}
