//! Odd answers and unlucky moments.

use super::*;
use crate::action::StoreAnswer;
use crate::config::{Client, Grant};

const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";
const TOO_MANY: &str = r#"{"message":"Rate limit exceeded the maximum.","code":"too.many.requests","status":429}"#;

fn sharing() -> Host {
    Host::new(Config { store: true, ..config() })
}

fn job() -> Report {
    let text = r#"{"report":"conversations","interval":"2026-03-08","via":"job"}"#;
    serde_json::from_str(text).unwrap()
}

/// A job that was submitted, and what is asked next, in a session with this pace.
fn submitted(pace: u32) -> (Host, CallId) {
    let mut host = Host::new(Config { pace, ..config() });
    let call = host.start(job());
    let available = r#"{"dataAvailabilityDate":"2026-03-09T12:00:00Z"}"#;
    for (status, body) in [(200, TOKEN), (200, available), (202, r#"{"jobId":"j1"}"#)] {
        let asked = host.sends();
        host.answer(&asked, status, body);
    }
    (host, call)
}

fn store(host: &mut Host, answer: StoreAnswer) -> StoreOp {
    match host.poll() {
        Action::Store { id, op } => {
            host.session.handle_store(id, answer, host.now);
            op
        }
        other => panic!("no store but {other:?}"),
    }
}

#[test]
fn a_life_without_end_or_without_beginning() {
    for life in ["0", "18446744073709551615", "1e300", "-1"] {
        let mut host = Host::new(config());
        host.start(queues());
        let login = host.sends();
        host.answer(&login, 200, &TOKEN.replace("86400", life));
        let asked = host.sends();
        assert!(asked.call.is_some(), "{life}: it is used, and no other is asked for");
        host.answer(&asked, 200, "{}");
        host.finishes();
    }
}

/// A refusal does not always say which of the words in the request was one too many.
#[test]
fn what_was_asked_is_part_of_what_explains_a_refusal() {
    let mut host = Host::new(config());
    let path = "/api/v2/analytics/users/details/query";
    let text = format!(r#"{{"report":"call","method":"POST","path":"{path}","body":{{"dateRange":"2026-03-08"}}}}"#);
    host.start(serde_json::from_str(&text).unwrap());
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let asked = host.sends();
    host.answer(&asked, 400, r#"{"message":"The request could not be understood.","code":"bad.request","status":400}"#);
    let error = host.fails();
    let belief = error.explanation.belief.as_deref().unwrap_or_default();
    assert!(belief.contains("interval"), "{belief}");
}

#[test]
fn what_the_store_says_of_a_record_shows_no_token_dead_or_alive() {
    for pause in [0, 2_000] {
        store_fails_after(pause);
    }
}

fn store_fails_after(pause: u64) {
    let mut host = sharing();
    host.start(queues());
    store(&mut host, StoreAnswer::Loaded(None));
    store(&mut host, StoreAnswer::Locked);
    store(&mut host, StoreAnswer::Loaded(None));
    let login = host.sends();
    host.answer(&login, 200, &TOKEN.replace("tok-1", "a-long-token").replace("86400", "1"));
    host.notices();
    let Action::Store { id, op: StoreOp::Save { .. } } = host.poll() else { panic!("it is saved") };
    host.sends();
    host.pass(pause);
    let failed = StoreAnswer::Failed(r#"cannot write {"access_token":"a-long-token"}"#.into());
    host.session.handle_store(id, failed, host.now);
    let notice = host.session.observe().unwrap();
    assert_eq!(notice.kind, NoticeKind::Store);
    assert!(notice.text.contains("cannot write") && !notice.text.contains("a-long-token"), "{notice:?}");
}

#[test]
fn what_a_provider_says_shows_no_secret() {
    let client = Client { provider: true, ..Client::credentials("id", Secret::new("s3cret-word")) };
    let mut host = Host::new(Config { credentials: Credentials::Client(client), ..config() });
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 401, r#"{"error":"invalid_client","description":"authentication failed"}"#);
    let Action::Credentials { id } = host.poll() else { panic!("the provider is asked again") };
    host.session.handle_credentials(id, Err("no successor of s3cret-word".into()), host.now);
    let error = format!("{:?}", host.fails());
    assert!(error.contains("no successor of") && !error.contains("s3cret-word"), "{error}");
}

#[test]
fn an_answer_to_another_question_is_a_store_that_does_not_work() {
    let mut host = sharing();
    host.start(queues());
    store(&mut host, StoreAnswer::Done);
    assert_eq!(host.sends().call, None, "it logs in alone");
    assert_eq!(host.notices(), [NoticeKind::Store]);
}

#[test]
fn a_token_that_was_replaced_is_still_no_text_to_show() {
    let mut host = Host::new(config());
    host.start(queues());
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 200, &TOKEN.replace("tok-1", "the-first-token"));
    let (first, second) = (host.sends(), host.sends());
    host.answer(&first, 401, BAD);
    let login = host.sends();
    host.answer(&login, 200, &TOKEN.replace("tok-1", "the-second-token"));
    host.answer(&second, 403, r#"{"message":"no: Bearer the-first-token","code":"gateway.refused","status":403}"#);
    let error = format!("{:?}", host.fails());
    assert!(error.contains("no: Bearer") && !error.contains("the-first-token"), "{error}");
}

#[test]
fn the_pair_of_a_log_in_is_no_text_to_show() {
    let mut host = Host::new(config());
    host.start(queues());
    let login = host.sends();
    assert_eq!(login.header("authorization"), "Basic aWQ6czNjcmV0");
    let failure = Failure { sent: Sent::No, cause: Cause::Tls, detail: "Basic aWQ6czNjcmV0 was not sent".into() };
    host.session.handle_failure(login.id, failure, host.now);
    let error = format!("{:?}", host.fails());
    assert!(error.contains("was not sent") && !error.contains("aWQ6czNjcmV0"), "{error}");
}

#[test]
fn ending_a_job_keeps_to_the_pace() {
    let (mut host, call) = submitted(2);
    host.session.cancel(call, host.now);
    host.fails();
    let (wait, why) = host.waits();
    assert_eq!((wait, why), (5_000, Why::Pace), "for so long it is worth a try");
    host.notices();
    host.pass(5_000);
    assert!(matches!(host.poll(), Action::Idle));
    assert!(host.session.observe().unwrap().text.contains("j1 could not be cancelled"));
}

#[test]
fn ending_a_job_waits_as_the_server_asks() {
    let (mut host, call) = submitted(300);
    host.start(queues());
    let other = host.sends();
    host.answer_with(&other, 429, &[("retry-after", "3")], TOO_MANY);
    host.session.cancel(call, host.now);
    host.fails();
    let (wait, _) = host.waits();
    assert!((3_000..4_000).contains(&wait), "{wait}");
    host.pass(wait);
    let chore = host.sends();
    assert_eq!((chore.request.method(), chore.request.uri().path()), (&http::Method::DELETE, &*format!("{JOBS}/j1")));
    // Whoever met the limit, it is there for all.
    host.answer_with(&chore, 429, &[("retry-after", "7")], TOO_MANY);
    assert_eq!(host.waits(), (7_000, Why::Limit));
}

#[test]
fn a_renewal_that_may_be_done_is_not_tried_while_the_token_lives() {
    let grant = Grant::Refresh(Secret::new("refresh-1"));
    let client = Client { grant, ..Client::credentials("id", Secret::new("s3cret")) };
    for (status, body) in [(504, ""), (200, "{\"access_token\":\"tok")] {
        let mut host = Host::new(Config { credentials: Credentials::Client(client.clone()), ..config() });
        host.start(queues());
        let login = host.sends();
        host.answer(&login, 200, &TOKEN.replace("86400", "300"));
        let asked = host.sends();
        host.answer(&asked, 200, "{}");
        host.finishes();
        host.pass(250_000);
        host.start(queues());
        let renewal = host.sends();
        assert_eq!(renewal.call, None);
        host.answer(&renewal, status, body);
        let asked = host.sends();
        assert!(asked.call.is_some());
        host.pass(30_000);
        host.answer(&asked, 200, "{}");
        host.finishes();
        host.start(queues());
        assert!(host.sends().call.is_some(), "to show a used refresh token may void the token that lives");
        host.pass(20_000);
        host.start(queues());
        assert_eq!(host.sends().call, None, "nothing is left to lose");
    }
}

#[test]
fn the_login_host_is_not_asked_before_it_wants_to_be() {
    let mut host = Host::new(config());
    host.start(queues());
    for _ in 0..9 {
        let login = host.sends();
        host.answer_with(&login, 429, &[("retry-after", "20")], TOO_MANY);
        let (wait, _) = host.waits();
        host.pass(wait);
    }
    let login = host.sends();
    host.answer_with(&login, 429, &[("retry-after", "20")], TOO_MANY);
    assert_eq!(host.fails().kind, ErrorKind::LimitRate, "it is given up");
    host.pass(5_000);
    host.start(queues());
    assert_eq!(host.waits(), (15_000, Why::Retry), "the next one waits, too");
    host.pass(15_000);
    assert_eq!(host.sends().call, None);
}

#[test]
fn a_lock_is_given_back_where_nobody_waits_for_the_log_in_any_more() {
    let client = Client { grant: Grant::Stored, ..Client::credentials("id", Secret::new("s3cret")) };
    let mut host = Host::new(Config { credentials: Credentials::Client(client), store: true, ..config() });
    let call = host.start(queues());
    store(&mut host, StoreAnswer::Loaded(None));
    store(&mut host, StoreAnswer::Locked);
    host.session.cancel(call, host.now);
    host.fails();
    store(&mut host, StoreAnswer::Loaded(None));
    assert!(matches!(store(&mut host, StoreAnswer::Done), StoreOp::Unlock { .. }));
    assert!(matches!(host.poll(), Action::Idle));
}

#[test]
fn a_signature_shows_in_nothing_that_is_kept() {
    let report = r#"{"report":"call","path":"https://files.example/t.json?X-Amz-Signature=SIGNED"}"#;
    let (mut host, _, asked) = Host::asked(serde_json::from_str(report).unwrap());
    assert_eq!(asked.request.uri().query(), Some("X-Amz-Signature=SIGNED"));
    let before = format!("{:?}", host.session);
    host.answer(&asked, 200, "a file");
    let page = format!("{:?}", host.poll());
    for shown in [before, page] {
        assert!(shown.contains("files.example/t.json") && !shown.contains("SIGNED"), "{shown}");
    }
}
