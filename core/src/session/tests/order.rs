//! Pages, pulls, cancels, and answers that nobody waits for.

use super::*;

fn day() -> Report {
    let text = r#"{"report":"conversations","interval":"2026-03-09T00:00Z/2026-03-10T00:00Z","page_size":2}"#;
    serde_json::from_str(text).unwrap()
}

fn page(ids: std::ops::Range<u32>, total: u32) -> String {
    let rows: Vec<String> = ids
        .map(|id| format!(r#"{{"conversationId":"c{id}","conversationStart":"2026-03-09T10:00:{:02}.000Z"}}"#, id % 60))
        .collect();
    format!(r#"{{"conversations":[{}],"totalHits":{total}}}"#, rows.join(","))
}

#[test]
fn a_call_from_start_to_its_last_word() {
    let (mut host, call, asked) = Host::asked(queues());
    assert_eq!(asked.request.uri(), "https://api.mypurecloud.ie/api/v2/organizations/me");
    assert_eq!(asked.header("authorization"), "Bearer tok-1");
    assert_eq!(asked.call, Some(call));
    assert!(matches!(host.poll(), Action::Wait { until: None, why: Why::Answer }));
    host.answer(&asked, 200, "{}");
    let summary = host.finishes();
    assert_eq!((summary.pages, summary.requests, summary.retries), (1, 1, 0));
    assert!(matches!(host.poll(), Action::Idle));
}

#[test]
fn nothing_is_sent_before_it_is_pulled() {
    let mut host = Host::new(config());
    let call = host.session.start(day(), CallOptions::default(), host.now).unwrap();
    assert!(matches!(host.poll(), Action::Wait { until: None, why: Why::Pull }));
    host.session.pull(call, host.now);
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let first = host.sends();
    assert_eq!(first.body()["paging"]["pageNumber"], 1);
    host.answer(&first, 200, &page(0..2, 4));
    assert!(matches!(host.emits(), Event::Page(_)));
    assert!(matches!(host.poll(), Action::Wait { until: None, why: Why::Pull }));
    host.session.pull(call, host.now);
    assert_eq!(host.sends().body()["paging"]["pageNumber"], 2);
}

#[test]
fn a_page_with_nothing_new_is_not_delivered_and_the_next_is_asked_at_once() {
    let (mut host, call, first) = Host::asked(day());
    host.answer(&first, 200, &page(0..2, 6));
    host.emits();
    host.session.pull(call, host.now);
    let second = host.sends();
    host.answer(&second, 200, &page(0..2, 6));
    let third = host.sends();
    host.answer(&third, 200, &page(2..4, 6));
    let Event::Page(context) = host.emits() else { panic!() };
    assert_eq!((context.number, context.request), (2, third.id));
}

#[test]
fn a_cancel_aborts_and_the_late_answer_is_ignored() {
    let (mut host, call, asked) = Host::asked(queues());
    host.session.cancel(call, host.now);
    assert!(matches!(host.poll(), Action::Abort { id } if id == asked.id));
    assert_eq!(host.fails().kind, ErrorKind::Cancelled);
    host.answer(&asked, 200, "{}");
    host.breaks(&asked, Cause::Broken, Sent::Maybe);
    host.session.pull(call, host.now);
    host.session.cancel(call, host.now);
    assert!(matches!(host.poll(), Action::Idle), "one last word");
}

#[test]
fn an_answer_is_taken_once() {
    let (mut host, _, asked) = Host::asked(queues());
    host.answer(&asked, 200, "{}");
    host.answer(&asked, 500, "");
    host.finishes();
    assert!(matches!(host.poll(), Action::Idle));
}

#[test]
fn what_it_keeps_is_counted() {
    let mut host = Host::new(config());
    assert_eq!(host.session.entries(), 0);
    let (first, second) = (host.start(queues()), host.start(queues()));
    assert_eq!(host.session.entries(), 2);
    let login = host.sends();
    assert_eq!(host.session.entries(), 3);
    host.answer(&login, 200, TOKEN);
    let _ = (host.sends(), host.sends());
    assert_eq!(host.session.entries(), 4);
    // Of each an order to break off and its last word.
    host.session.cancel(first, host.now);
    host.session.cancel(second, host.now);
    assert_eq!(host.session.entries(), 4);
    while !matches!(host.poll(), Action::Idle) {}
    assert_eq!(host.session.entries(), 0);
}

#[test]
fn a_pause_that_is_over_waits_for_the_gate() {
    let mut host = Host::new(config());
    host.start(queues());
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let (paused, limited) = (host.sends(), host.sends());
    host.answer_with(&limited, 429, &[("retry-after", "60")], "");
    host.answer_with(&paused, 503, &[("retry-after", "5")], "");
    let (wait, _) = host.waits();
    host.pass(wait);
    let (wait, why) = host.waits();
    assert!(wait > 50_000 && why == Why::Limit, "{wait} {why:?}");
}

#[test]
fn whoever_waits_for_a_token_does_not_wait_for_the_gate() {
    let mut host = Host::new(config());
    host.start(queues());
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let (limited, refused) = (host.sends(), host.sends());
    host.answer_with(&limited, 429, &[("retry-after", "60")], "");
    host.answer(&refused, 401, BAD);
    let login = host.sends();
    assert_eq!(login.call, None);
    assert!(matches!(host.poll(), Action::Wait { until: None, why: Why::LogIn }), "{:?}", host.poll());
}

#[test]
fn calls_take_turns() {
    let mut host = Host::new(Config { max_in_flight: 1, ..config() });
    let calls = [host.start(day()), host.start(day()), host.start(day())];
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let mut served = Vec::new();
    for round in 0..6 {
        let asked = host.sends();
        served.push(asked.call.unwrap());
        host.answer(&asked, 200, &page(round * 2..round * 2 + 2, 100));
        host.emits();
        host.session.pull(asked.call.unwrap(), host.now);
    }
    assert_eq!(served, [calls, calls].concat());
}

#[test]
fn no_more_requests_under_way_than_allowed() {
    let mut host = Host::new(Config { max_in_flight: 2, ..config() });
    for _ in 0..3 {
        host.start(queues());
    }
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let first = host.sends();
    host.sends();
    assert!(matches!(host.poll(), Action::Wait { until: None, why: Why::Answer }));
    host.answer(&first, 200, "{}");
    host.finishes();
    host.sends();
}

#[test]
fn an_answer_that_is_too_large_is_asked_again_at_half_the_size() {
    let too_large = r#"{"message":"The response is over the size limit.","code":"response.entity.too.large"}"#;
    let report = r#"{"report":"conversations","interval":"2026-03-09T00:00Z/2026-03-10T00:00Z"}"#;
    let (mut host, _, asked) = Host::asked(serde_json::from_str(report).unwrap());
    host.answer(&asked, 400, too_large);
    let smaller = host.sends();
    assert_eq!(smaller.body()["paging"]["pageSize"], 50);
    host.breaks(&smaller, Cause::TooLarge, Sent::Maybe);
    assert_eq!(host.sends().body()["paging"]["pageSize"], 25);
}

#[test]
fn an_answer_that_cannot_be_halved_is_an_error() {
    let (mut host, _, asked) = Host::asked(queues());
    host.breaks(&asked, Cause::TooLarge, Sent::Maybe);
    assert_eq!(host.fails().kind, ErrorKind::LimitAnswerTooLarge);
}

#[test]
fn html_and_truncation_end_the_call() {
    for (body, kind) in [
        ("<html>please log in to the wifi</html>", ErrorKind::NetworkProxy),
        ("{\"a\":", ErrorKind::AnswerTruncated),
        ("hello", ErrorKind::AnswerNotJson),
    ] {
        let (mut host, _, asked) = Host::asked(queues());
        host.answer(&asked, 200, body);
        let error = host.fails();
        assert_eq!((error.kind, error.status, error.attempts), (kind, Some(200), 1));
    }
}

#[test]
fn the_same_inputs_give_the_same_orders() {
    let run = || {
        let (mut host, _, asked) = Host::asked(day());
        host.answer(&asked, 503, "");
        let (wait, again) = host.sends_after_waiting();
        host.answer(&again, 200, &page(0..1, 1));
        format!("{wait} {:?} {:?}", host.emits(), host.emits())
    };
    assert_eq!(run(), run());
}

#[test]
fn no_secret_is_printed() {
    let mut host = Host::new(config());
    host.start(queues());
    let order = host.poll();
    let Action::Send { id, .. } = &order else { panic!() };
    let seen = inspect(Look::Token, 200, &HeaderMap::new(), TOKEN.as_bytes());
    let mut shown = format!("{order:?} {seen:?} {:?}", config());
    host.session.handle_response(*id, seen, host.now);
    shown += &format!("{:?}", host.session);
    shown += &format!("{:?}", host.poll());
    for secret in ["s3cret", "tok-1", "aWQ6czNjcmV0"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
