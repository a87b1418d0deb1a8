use super::*;
use crate::look::Next;

fn look(look: Look, body: &str) -> Found {
    inspect(look, 200, &HeaderMap::new(), body.as_bytes()).found
}

#[test]
fn headers_in_any_case_and_any_state() {
    let pairs = [
        ("retry-after", "42"),
        ("Retry-After", "43"),
        ("inin-ratelimit-count", "x"),
        ("ININ-Correlation-Id", "6e9b8fd4"),
        ("content-type", "Application/JSON; charset=utf-8"),
    ];
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
    }
    let seen = Headers::from(&headers);
    assert_eq!(Headers::from_pairs(&pairs), seen);
    assert_eq!(seen.retry_after, Some(42));
    assert_eq!(seen.limit_count, None);
    assert_eq!(seen.request_id.as_deref(), Some("6e9b8fd4"));
    assert_eq!(seen.content_type.as_deref(), Some("application/json"));
}

#[test]
fn headers_that_are_none_are_left_out() {
    let seen = Headers::from_pairs(&[("retry-after", "4\n2"), ("retry-after", "5"), ("bad name", "1")]);
    assert_eq!(seen, Headers { retry_after: Some(5), ..Headers::default() });
    let seen = Headers::from_pairs(&[("inin-correlation-id", b"caf\xe9")]);
    assert_eq!(seen, Headers::default());
}

#[test]
fn a_wait_is_a_number_or_a_date() {
    let after = |after: &str, date: Option<&str>| {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", after.parse().unwrap());
        date.map(|date| headers.insert("date", date.parse().unwrap()));
        Headers::from(&headers).retry_after
    };
    let (now, later) = ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:30:05 GMT");
    assert_eq!(after(later, Some(now)), Some(125));
    assert_eq!(after(now, Some(later)), Some(0));
    assert_eq!(after(later, None), None);
    assert_eq!(after("9".repeat(40).as_str(), None), Some(u64::MAX));
    assert_eq!(after("soon", Some(now)), None);
}

#[test]
fn an_error_with_the_status_of_a_success_is_no_empty_page() {
    for body in [
        r#"{"message":"no","code":"internal.server.error","status":500}"#,
        r#"{"message":"no","status":503,"entities":null}"#,
    ] {
        for page in [Look::Conversations, Look::Listing, Look::Entities] {
            let Found::Unreadable(kind, what) = look(page, body) else { panic!("{page:?} {body}") };
            assert_eq!(kind, ErrorKind::AnswerUnexpected);
            assert!(what.ends_with(": no"), "{what}");
        }
    }
    let page = r#"{"message":"hello","code":"x","entities":[{"id":"a"}]}"#;
    assert!(matches!(look(Look::Listing, page), Found::Listing { count: 1, .. }));
}

#[test]
fn what_is_no_conversation_takes_no_other_with_it() {
    let body = r#"{"\ud800":1,"conversations":[null,7,"x",[1],{"\udc00":2,"conversationId":"a"},{}],"totalHits":6}"#;
    let Found::Conversations { rows, total, .. } = look(Look::Conversations, body) else { panic!() };
    assert_eq!((rows.len(), total), (6, Some(6)));
    assert_eq!(rows.iter().filter(|row| row.id.is_some()).count(), 1);
    let bom = inspect(Look::Json, 200, &HeaderMap::new(), b"\xef\xbb\xbf{}").found;
    assert_eq!(bom, Found::Json);
}

#[test]
fn a_page_of_conversations() {
    let body = r#"{"conversations":[
        {"conversationId":"1bc96a39-6725-40c4-9345-db72aa67b8c6","conversationStart":"2021-04-01T12:27:53.386Z","x":[1]},
        {"conversationId":7}], "totalHits": 2.0}"#;
    let Found::Conversations { rows, total, .. } = look(Look::Conversations, body) else { panic!() };
    assert_eq!(total, Some(2));
    assert_eq!(rows[0].id, Some(0x1bc9_6a39_6725_40c4_9345_db72_aa67_b8c6));
    assert_eq!(rows[0].start, Some(1_617_280_073_386));
    assert_eq!(rows[1].start, None);
}

#[test]
fn empty_pages_come_in_several_forms() {
    for body in ["{}", r#"{"totalHits":5}"#, r#"{"conversations":[]}"#, r#"{"conversations":null}"#] {
        assert!(matches!(look(Look::Conversations, body), Found::Conversations { rows, .. } if rows.is_empty()));
    }
}

#[test]
fn listings_with_any_envelope() {
    assert_eq!(
        look(Look::Listing, r#"{"entities":[{},{}],"pageCount":3,"total":null,"nextUri":"/x"}"#),
        Found::Listing {
            ids: Vec::new(),
            count: 2,
            sum: crate::look::sum_of("[{},{}]"),
            page_count: Some(3),
            total: None,
            next: Some(Next::Uri("/x".into()))
        }
    );
    assert_eq!(
        look(Look::Listing, "{}"),
        Found::Listing { ids: Vec::new(), count: 0, sum: 0, page_count: None, total: None, next: None }
    );
    let entities = r#"[{"id":"a","name":"x"},{},{"id":"b"}]"#;
    let sum = crate::look::sum_of(entities);
    assert_eq!(
        look(Look::Entities, &format!(r#"{{"entities": {entities}}}"#)),
        Found::Listing { ids: vec!["a".into(), "b".into()], count: 3, sum, page_count: None, total: None, next: None }
    );
}

#[test]
fn answers_that_go_on() {
    let next = |body: &str| match look(Look::Listing, body) {
        Found::Listing { next, .. } => next,
        other => panic!("{other:?}"),
    };
    assert_eq!(next(r#"{"results":[],"cursor":"c"}"#), Some(Next::Cursor("c".into())));
    assert_eq!(next(r#"{"entities":[],"nextUri":"/u","cursors":{"after":"a"}}"#), Some(Next::Uri("/u".into())));
    assert_eq!(next(r#"{"results":[],"cursors":{"before":"b","after":"a"}}"#), Some(Next::After("a".into())));
    for end in [r#"{"cursor":""}"#, r#"{"cursor":null,"nextUri":null,"cursors":null}"#, r#"{"cursors":{"after":7}}"#] {
        assert_eq!(next(end), None, "{end}");
    }
    let jobs = r#"{"conversations":[],"cursor":"c","dataAvailabilityDate":"2026-03-09T00:00:00.000Z"}"#;
    let Found::Conversations { next, .. } = look(Look::Conversations, jobs) else { panic!() };
    assert_eq!(next, Some(Next::Cursor("c".into())));
}

#[test]
fn jobs_and_the_data_they_read() {
    let job = |id: Option<&str>, state: Option<&str>, reason: Option<&str>| Found::Job {
        id: id.map(str::to_owned),
        state: state.map(str::to_owned),
        reason: reason.map(str::to_owned),
    };
    assert_eq!(look(Look::Job, r#"{"jobId":"j"}"#), job(Some("j"), None, None));
    assert_eq!(look(Look::Job, r#"{"state":"FAILED","errorMessage":"e"}"#), job(None, Some("FAILED"), Some("e")));
    assert_eq!(look(Look::Job, r#"{"jobId":7,"state":null}"#), job(None, None, None));
    let until = |body| look(Look::Availability, body);
    let date = r#"{"dataAvailabilityDate":"1970-01-01T00:00:07.000Z"}"#;
    assert_eq!(until(date), Found::Availability(Some(7_000)));
    assert_eq!(until("{}"), Found::Availability(None));
}

#[test]
fn what_cannot_be_read_is_told_apart() {
    let kind = |body: &[u8]| match inspect(Look::Conversations, 200, &HeaderMap::new(), body).found {
        Found::Unreadable(kind, _) => Some(kind),
        _ => None,
    };
    assert_eq!(kind(b"{\"conversations\":[{"), Some(ErrorKind::AnswerTruncated));
    assert_eq!(kind(b"gateway says no"), Some(ErrorKind::AnswerNotJson));
    assert_eq!(kind(b"[1]"), Some(ErrorKind::AnswerUnexpected));
    assert_eq!(kind(b"\xff\xfe{}"), Some(ErrorKind::AnswerNotJson));
    assert!(matches!(look(Look::Json, " <html>"), Found::Refusal(_)));
    assert_eq!(look(Look::Json, ""), Found::Json);
}

#[test]
fn deep_nesting_neither_overflows_nor_hides_a_page() {
    let deep = format!(r#"{{"x":{}1{},"conversations":[]}}"#, "[".repeat(10_000), "]".repeat(10_000));
    assert!(matches!(look(Look::Conversations, &deep), Found::Conversations { .. } | Found::Unreadable(..)));
    assert!(matches!(look(Look::Json, &deep), Found::Json | Found::Unreadable(..)));
}

#[test]
fn tokens() {
    let Found::Token(token) = look(Look::Token, r#"{"access_token":"t","token_type":"bearer","expires_in":86399}"#)
    else {
        panic!()
    };
    assert_eq!((token.access_token.expose(), token.expires_in), ("t", Some(86_399)));
    assert!(matches!(look(Look::Token, "{}"), Found::Unreadable(ErrorKind::AnswerUnexpected, _)));
}

#[test]
fn a_refusal_keeps_no_more_than_it_needs() {
    let body = "x".repeat(1 << 20);
    let Found::Refusal(refusal) = inspect(Look::Json, 502, &HeaderMap::new(), body.as_bytes()).found else { panic!() };
    assert_eq!(refusal.body.len(), REFUSAL);
}
