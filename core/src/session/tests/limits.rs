//! Limits, pace, back-off, deadlines.

use super::*;

const LIMITED: &str = r#"{"message":"Rate limit exceeded the maximum. Retry the request in [42] seconds",
    "code":"too.many.requests.retry.after","status":429}"#;

#[test]
fn a_429_closes_the_session_for_as_long_as_the_server_says() {
    let (mut host, _, asked) = Host::asked(queues());
    host.answer_with(&asked, 429, &[("retry-after", "42")], LIMITED);
    let (wait, why) = host.waits();
    assert!((42_000..=42_500).contains(&wait), "{wait}");
    assert_eq!(why, Why::Limit);
    host.start(queues());
    assert_eq!(host.waits(), (wait, Why::Limit), "other calls wait with it");
    host.pass(wait);
    let mut retries = 0;
    for _ in 0..2 {
        let again = host.sends();
        host.answer(&again, 200, "{}");
        retries += host.finishes().retries;
    }
    assert_eq!(retries, 1);
    assert!(host.notices().contains(&NoticeKind::Limit));
}

#[test]
fn without_a_header_the_number_in_the_message_counts() {
    let (mut host, _, asked) = Host::asked(queues());
    host.answer(&asked, 429, LIMITED);
    assert!((42_000..=42_500).contains(&host.waits().0));
}

#[test]
fn a_wait_of_a_day_is_not_sat_out() {
    let (mut host, _, asked) = Host::asked(queues());
    host.answer_with(&asked, 429, &[("retry-after", "86400")], "{}");
    let error = host.fails();
    assert_eq!(error.kind, ErrorKind::LimitDeferred);
    assert_eq!(error.retry, Retry::Later { after_ms: Some(86_400_000) });
}

#[test]
fn the_pace_is_kept_and_told_once() {
    let mut host = Host::new(Config { pace: 2, ..config() });
    for _ in 0..3 {
        host.start(queues());
    }
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    host.sends();
    host.sends();
    assert_eq!(host.waits(), (60_000, Why::Pace));
    host.poll();
    assert_eq!(host.notices(), [NoticeKind::Minted, NoticeKind::Pace]);
    host.pass(60_000);
    host.sends();
}

#[test]
fn an_outage_is_waited_for_with_growing_pauses_and_then_explained() {
    let (mut host, _, mut asked) = Host::asked(queues());
    let mut waited = 0;
    for cap in [3_000, 9_000, 27_000, 27_000] {
        host.answer(&asked, 503, "");
        let (wait, again) = host.sends_after_waiting();
        assert!(wait <= cap, "{wait} of {cap}");
        waited += wait;
        asked = again;
    }
    host.answer(&asked, 503, "");
    let error = host.fails();
    assert_eq!((error.kind, error.status, error.attempts), (ErrorKind::ServerUnavailable, Some(503), 5));
    assert!(waited > 0);
}

#[test]
fn a_broken_exchange_is_repeated_only_where_that_does_no_harm() {
    let (mut host, _, asked) = Host::asked(queues());
    host.breaks(&asked, Cause::Broken, Sent::Maybe);
    host.sends_after_waiting();

    let (mut host, _, asked) = Host::asked(export());
    host.breaks(&asked, Cause::Broken, Sent::Maybe);
    let error = host.fails();
    assert_eq!((error.kind, error.retry), (ErrorKind::NetworkBroken, Retry::MayBeDone));

    let (mut host, _, asked) = Host::asked(export());
    host.breaks(&asked, Cause::Refused, Sent::No);
    host.sends_after_waiting();

    for status in [408, 500, 502, 504] {
        let (mut host, _, asked) = Host::asked(export());
        host.answer(&asked, status, "");
        host.fails();
    }
}

#[test]
fn a_deadline_ends_a_call_at_once_when_the_wait_would_pass_it() {
    let mut host = Host::new(config());
    let options = CallOptions { deadline: Some(10_000), ..CallOptions::default() };
    let call = host.session.start(queues(), options, host.now).unwrap();
    host.session.pull(call, host.now);
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let asked = host.sends();
    assert_eq!(asked.timeout, 10_000, "an exchange ends with its call");
    host.answer_with(&asked, 429, &[("retry-after", "42")], LIMITED);
    let error = host.fails();
    assert_eq!((error.kind, error.status), (ErrorKind::LimitBudget, Some(429)));
    assert!(error.explanation.evidence[0].contains("limit.rate"), "{:?}", error.explanation);
}

#[test]
fn a_deadline_passes_while_an_answer_is_awaited() {
    let mut host = Host::new(Config { deadline: Some(5_000), ..config() });
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let asked = host.sends();
    assert_eq!(host.waits(), (5_000, Why::Answer));
    host.pass(5_000);
    assert!(matches!(host.poll(), Action::Abort { id } if id == asked.id));
    assert_eq!(host.fails().kind, ErrorKind::LimitBudget);
}

#[test]
fn a_clock_that_goes_back_does_no_harm() {
    let (mut host, _, asked) = Host::asked(queues());
    host.pass(10_000);
    host.answer(&asked, 503, "");
    let (wait, _) = host.waits();
    let before = host.now;
    host.now = Now { mono: 0, wall: -1 };
    assert!(matches!(host.poll(), Action::Wait { .. }));
    host.now = before;
    host.pass(wait);
    host.sends();
}

#[test]
fn a_deadline_that_is_not_enough_says_for_what() {
    let mut host = Host::new(Config { pace: 1, deadline: Some(20_000), ..config() });
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let asked = host.sends();
    host.start(queues());
    host.answer(&asked, 200, "{}");
    host.finishes();
    assert!(host.fails().message.contains("the pace lets nothing go for 1 min 0 s"));
    let mut host = Host::new(Config { deadline: Some(1_000), seed: 3, ..config() });
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let asked = host.sends();
    host.answer_with(&asked, 503, &[("retry-after", "5")], "{}");
    let error = host.fails();
    assert_eq!(error.kind, ErrorKind::LimitBudget);
    assert!(error.message.contains("[server.unavailable]"), "{error}");
}

#[test]
fn what_the_pace_holds_back_counts_as_waiting() {
    let mut host = Host::new(Config { pace: 1, ..config() });
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let first = host.sends();
    host.answer(&first, 200, "{}");
    assert_eq!(host.finishes().waited, 0);
    host.start(queues());
    let (wait, second) = host.sends_after_waiting();
    host.answer(&second, 200, "{}");
    assert_eq!((wait, host.finishes().waited), (60_000, 60_000));
}

#[test]
fn a_budget_of_requests_ends_the_call_and_is_shared_by_the_session() {
    let mut host = Host::new(Config { max_calls: Some(3), ..config() });
    let options = CallOptions { max_calls: Some(1), ..CallOptions::default() };
    let call = host.session.start(queues(), options, host.now).unwrap();
    host.session.pull(call, host.now);
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let asked = host.sends();
    host.answer(&asked, 503, "");
    let (wait, _) = host.waits();
    host.pass(wait);
    let error = host.fails();
    assert_eq!((error.kind, error.attempts), (ErrorKind::LimitBudget, 1));
    assert!(error.to_string().starts_with("the call has sent the 1 requests"), "{error}");
    for _ in 0..2 {
        host.start(queues());
        let asked = host.sends();
        host.answer(&asked, 200, "{}");
        host.finishes();
    }
    host.start(queues());
    assert!(host.fails().to_string().starts_with("the session has sent the 3 requests"));
}
