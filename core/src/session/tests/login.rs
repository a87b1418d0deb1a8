//! Tokens: minting, sharing, refusals in the middle.

use super::*;
use crate::action::StoreAnswer;

#[test]
fn the_token_request_is_basic_and_form_encoded() {
    let mut host = Host::new(config());
    host.start(queues());
    let login = host.sends();
    assert_eq!(login.call, None);
    assert_eq!(login.request.uri(), "https://login.mypurecloud.ie/oauth/token");
    assert_eq!(login.header("authorization"), "Basic aWQ6czNjcmV0");
    assert_eq!(login.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(login.request.body(), b"grant_type=client_credentials");
}

#[test]
fn form_fields_on_request() {
    let client = crate::config::Client { form: true, ..crate::config::Client::credentials("i d", Secret::new("a&b")) };
    let credentials = Credentials::Client(client);
    let mut host = Host::new(Config { credentials, ..config() });
    host.start(queues());
    let login = host.sends();
    assert_eq!(login.header("authorization"), "");
    assert_eq!(login.request.body(), b"grant_type=client_credentials&client_id=i+d&client_secret=a%26b");
}

#[test]
fn one_log_in_for_all_calls() {
    let mut host = Host::new(config());
    host.start(queues());
    host.start(queues());
    let login = host.sends();
    assert!(matches!(host.poll(), Action::Wait { until: None, why: Why::LogIn }));
    host.answer(&login, 200, TOKEN);
    assert!(host.sends().call.is_some());
    assert!(host.sends().call.is_some());
    assert_eq!(host.notices(), [NoticeKind::Minted]);
}

#[test]
fn calls_go_on_while_the_token_is_renewed() {
    let (mut host, _, asked) = Host::asked(queues());
    host.answer(&asked, 200, "{}");
    host.finishes();
    host.pass(86_400_000 - 30_000);
    host.start(queues());
    let renewal = host.sends();
    assert_eq!(renewal.call, None);
    let asked = host.sends();
    assert_eq!(asked.header("authorization"), "Bearer tok-1", "the old token still lives");
    host.answer(&renewal, 500, "");
    host.answer(&asked, 200, "{}");
    host.finishes();
}

#[test]
fn a_401_in_the_middle_logs_in_once_and_a_second_one_is_final() {
    let (mut host, _, asked) = Host::asked(queues());
    host.answer(&asked, 401, BAD);
    let login = host.sends();
    assert_eq!(login.call, None);
    host.answer(&login, 200, &TOKEN.replace("tok-1", "tok-2"));
    let again = host.sends();
    assert_eq!(again.header("authorization"), "Bearer tok-2");
    host.answer(&again, 401, BAD);
    let error = host.fails();
    assert_eq!((error.kind, error.attempts), (ErrorKind::AuthTokenRefused, 2));
    assert!(host.notices().contains(&NoticeKind::TokenRefused));
}

#[test]
fn two_refusals_of_one_token_mint_one_new_one() {
    let mut host = Host::new(config());
    host.start(queues());
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let (first, second) = (host.sends(), host.sends());
    host.answer(&first, 401, BAD);
    let login = host.sends();
    host.answer(&login, 200, &TOKEN.replace("tok-1", "tok-2"));
    host.answer(&second, 401, BAD);
    for _ in 0..2 {
        assert_eq!(host.sends().header("authorization"), "Bearer tok-2");
    }
}

#[test]
fn an_address_that_is_not_allowed_is_no_reason_to_log_in_again() {
    let body = r#"{"message":"Requests originating from this IP address are not authorized: [203.0.113.7]",
        "code":"ip.not.authorized","status":401}"#;
    let (mut host, _, asked) = Host::asked(queues());
    host.answer(&asked, 401, body);
    assert_eq!(host.fails().kind, ErrorKind::AuthIpNotAllowed);
}

#[test]
fn a_given_token_that_is_refused_is_final() {
    let mut host = Host::new(Config { credentials: Credentials::Token(Secret::new("given")), ..config() });
    host.start(queues());
    let asked = host.sends();
    assert_eq!(asked.header("authorization"), "Bearer given");
    host.answer(&asked, 401, BAD);
    assert_eq!(host.fails().kind, ErrorKind::AuthTokenRefused);
    host.start(queues());
    assert_eq!(host.fails().kind, ErrorKind::AuthTokenRefused, "a later call is told so, too, and does not wait");
}

#[test]
fn a_refused_log_in_fails_every_call_that_waits_for_it() {
    let mut host = Host::new(config());
    let calls = [host.start(queues()), host.start(queues())];
    let login = host.sends();
    let body = r#"{"error":"invalid_client","description":"authentication failed","error_description":"authentication failed"}"#;
    host.answer(&login, 401, body);
    for _ in calls {
        let error = host.fails();
        assert_eq!(error.kind, ErrorKind::AuthWrongSecret);
        assert_eq!(error.operation.as_deref(), Some("POST /oauth/token"));
    }
    host.start(queues());
    assert_eq!(host.sends().call, None, "the next call tries again");
}

#[test]
fn the_mint_limit_backs_off() {
    let mut host = Host::new(config());
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 400, r#"{"error":"invalid_request","error_description":"rate limit exceeded; slow down"}"#);
    let (wait, again) = host.sends_after_waiting();
    assert!((3_000..=3_500).contains(&wait), "{wait}");
    host.answer(&again, 200, TOKEN);
    assert!(host.sends().call.is_some());
}

#[test]
fn a_login_host_that_cannot_be_reached_is_tried_again_and_then_told() {
    let mut host = Host::new(config());
    host.start(queues());
    let mut asked = host.sends();
    for _ in 0..4 {
        host.breaks(&asked, Cause::Refused, Sent::No);
        asked = host.sends_after_waiting().1;
    }
    host.breaks(&asked, Cause::Refused, Sent::No);
    let error = host.fails();
    assert_eq!((error.kind, error.attempts), (ErrorKind::NetworkRefused, 5));
}

#[test]
fn a_token_is_shared_through_the_store() {
    let mut host = Host::new(Config { store: true, ..config() });
    host.start(queues());
    let ask = |host: &mut Host| match host.poll() {
        Action::Store { id, op } => (id, op),
        other => panic!("{other:?}"),
    };
    let (id, op) = ask(&mut host);
    assert_eq!(op, StoreOp::Load);
    assert!(matches!(host.poll(), Action::Wait { .. }), "handed out once");
    host.session.handle_store(id, StoreAnswer::Loaded(None), host.now);
    let (id, _) = ask(&mut host);
    host.session.handle_store(id, StoreAnswer::Locked, host.now);
    host.session.handle_store(id, StoreAnswer::Locked, host.now);
    let (id, _) = ask(&mut host);
    host.session.handle_store(id, StoreAnswer::Loaded(None), host.now);
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let (id, op) = ask(&mut host);
    let StoreOp::Save { record } = op else { panic!() };
    host.session.handle_store(id, StoreAnswer::Done, host.now);
    let (id, op) = ask(&mut host);
    assert!(matches!(op, StoreOp::Unlock { .. }));
    host.session.handle_store(id, StoreAnswer::Done, host.now);
    assert_eq!(host.sends().header("authorization"), "Bearer tok-1");

    let mut other = Host::new(Config { store: true, seed: 8, ..config() });
    other.start(queues());
    let (id, _) = ask(&mut other);
    other.session.handle_store(id, StoreAnswer::Loaded(Some(record)), other.now);
    assert_eq!(other.sends().header("authorization"), "Bearer tok-1");
    assert_eq!(other.notices(), [NoticeKind::Shared]);
}

#[test]
fn a_store_that_does_not_work_costs_a_notice_and_nothing_else() {
    let mut host = Host::new(Config { store: true, ..config() });
    host.start(queues());
    let Action::Store { id, .. } = host.poll() else { panic!() };
    host.session.handle_store(id, StoreAnswer::Failed("disk full".into()), host.now);
    assert_eq!(host.sends().call, None);
    assert_eq!(host.notices(), [NoticeKind::Store]);
}

#[test]
fn a_server_that_quotes_a_secret_is_not_quoted() {
    let mut host = Host::new(config());
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 400, r#"{"error":"invalid_client","description":"secret s3cret is wrong"}"#);
    let error = format!("{:?}", host.fails());
    assert!(error.contains("[redacted]") && !error.contains("s3cret"), "{error}");

    let mut host = Host::new(config());
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 200, r#"{"access_token":"token-of-this-session","expires_in":86400}"#);
    let asked = host.sends();
    host.answer(&asked, 400, r#"{"message":"no: Bearer token-of-this-session","code":"bad.request","status":400}"#);
    let error = format!("{:?}", host.fails());
    assert!(error.contains("[redacted]") && !error.contains("token-of-this-session"), "{error}");

    let mut host = Host::new(config());
    host.start(queues());
    let login = host.sends();
    host.answer_with(&login, 404, &[("inin-correlation-id", "of-s3cret")], "");
    let error = format!("{:?}", host.fails());
    assert!(error.contains("of-[redacted]") && !error.contains("s3cret"), "{error}");
}

#[test]
fn a_log_in_that_may_be_repeated_is_not_said_to_be_done() {
    let mut host = Host::new(config());
    host.start(queues());
    let login = host.sends();
    host.breaks(&login, Cause::Tls, Sent::Maybe);
    assert_ne!(host.fails().retry, Retry::MayBeDone);
}

#[test]
fn a_child_bears_another_name_at_the_store() {
    let owner = |seed: Option<u64>| {
        let mut host = Host::new(Config { store: true, ..config() });
        host.start(queues());
        if let Some(seed) = seed {
            host.session.reseed(seed);
        }
        let Action::Store { id, op: StoreOp::Load, .. } = host.poll() else { panic!() };
        host.session.handle_store(id, StoreAnswer::Loaded(None), host.now);
        match host.poll() {
            Action::Store { op: StoreOp::Lock { owner, .. }, .. } => owner,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(owner(None), owner(None));
    assert_ne!(owner(None), owner(Some(8)));
}
