//! Logging in for users, with what a provider gives, and with what the store holds.

use super::*;
use crate::config::{Client, Grant};

const USER: &str = r#"{"access_token":"tok-u","expires_in":300,"refresh_token":"ref-1"}"#;
const REFUSED: &str = r#"{"error":"invalid_grant","description":"no","error_description":"no"}"#;
const WRONG: &str =
    r#"{"error":"invalid_client","description":"authentication failed","error_description":"authentication failed"}"#;

fn with(client: Client) -> Host {
    Host::new(Config { credentials: Credentials::Client(client), ..config() })
}

fn public(grant: Grant) -> Client {
    Client { secret: None, grant, ..Client::credentials("id", Secret::new("")) }
}

fn confidential(grant: Grant) -> Client {
    Client { grant, ..Client::credentials("id", Secret::new("s3cret")) }
}

fn code() -> Grant {
    let (code, verifier) = (Secret::new("the-code"), Some(Secret::new("the-verifier")));
    Grant::Code { code, redirect_uri: "http://127.0.0.1:8085/callback".into(), verifier }
}

fn form(asked: &Asked) -> String {
    String::from_utf8(asked.request.body().clone()).unwrap()
}

#[test]
fn a_public_client_exchanges_its_code_once() {
    let mut host = with(public(code()));
    host.start(queues());
    let login = host.sends();
    assert_eq!(login.header("authorization"), "");
    assert_eq!(
        form(&login),
        "grant_type=authorization_code&code=the-code&redirect_uri=http%3A%2F%2F127.0.0.1%3A8085%2Fcallback&code_verifier=the-verifier&client_id=id"
    );
    host.answer(&login, 200, r#"{"access_token":"tok-u","expires_in":300}"#);
    let asked = host.sends();
    assert_eq!(asked.header("authorization"), "Bearer tok-u");
    // There is nothing to log in with a second time.
    host.answer(&asked, 401, BAD);
    let error = host.fails();
    assert_eq!(error.kind, ErrorKind::AuthTokenRefused);
    assert!(error.to_string().contains("nobody is logged in"), "{error}");
}

#[test]
fn a_code_is_not_sent_twice_where_it_may_have_been_used() {
    for (sent, again) in [(Sent::Maybe, false), (Sent::No, true)] {
        let mut host = with(public(code()));
        host.start(queues());
        let login = host.sends();
        host.breaks(&login, Cause::Timeout, sent);
        if again {
            host.sends_after_waiting();
        } else {
            let error = host.fails();
            assert_eq!((error.kind, error.retry), (ErrorKind::NetworkTimeout, Retry::MayBeDone));
        }
    }
    let mut host = with(public(code()));
    host.start(queues());
    let login = host.sends();
    host.answer(&login, 504, "");
    assert_eq!(host.fails().retry, Retry::MayBeDone);
}

#[test]
fn a_refresh_token_is_replaced_by_the_next_one() {
    let mut host = with(confidential(code()));
    host.start(queues());
    let login = host.sends();
    assert!(login.header("authorization").starts_with("Basic "));
    host.answer(&login, 200, USER);
    let asked = host.sends();
    host.answer(&asked, 401, BAD);
    let login = host.sends();
    assert_eq!(form(&login), "grant_type=refresh_token&refresh_token=ref-1");
    host.answer(&login, 200, r#"{"access_token":"tok-v","expires_in":300,"refresh_token":"ref-2"}"#);
    let asked = host.sends();
    assert_eq!(asked.header("authorization"), "Bearer tok-v");
    host.answer(&asked, 200, "{}");
    host.finishes();
    host.pass(300_000);
    host.start(queues());
    let login = host.sends();
    assert_eq!(form(&login), "grant_type=refresh_token&refresh_token=ref-2");
    // A server that gives no new one leaves the old one in force.
    host.answer(&login, 200, r#"{"access_token":"tok-w","expires_in":300}"#);
    let asked = host.sends();
    host.answer(&asked, 401, BAD);
    assert_eq!(form(&host.sends()), "grant_type=refresh_token&refresh_token=ref-2");
}

#[test]
fn a_refused_refresh_and_a_refused_code_are_told_apart() {
    let refresh = Grant::Refresh(Secret::new("ref-0"));
    let saml = Grant::Saml { org: "acme".into(), assertion: Secret::new("assertion") };
    for (grant, kind) in
        [(refresh, ErrorKind::AuthRefreshRefused), (code(), ErrorKind::AuthCodeRefused), (saml, ErrorKind::AuthRefused)]
    {
        let mut host = with(confidential(grant));
        host.start(queues());
        let login = host.sends();
        host.answer(&login, 400, REFUSED);
        assert_eq!(host.fails().kind, kind);
    }
}

#[test]
fn saml_is_sent_as_the_platform_wants_it() {
    let mut host = with(confidential(Grant::Saml { org: "acme".into(), assertion: Secret::new("PHNhbWw") }));
    host.start(queues());
    assert_eq!(
        form(&host.sends()),
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer&orgName=acme&assertion=PHNhbWw"
    );
}

fn store(host: &mut Host, answer: StoreAnswer) -> StoreOp {
    match host.poll() {
        Action::Store { id, op } => {
            host.session.handle_store(id, answer, host.now);
            op
        }
        other => panic!("no store order but {other:?}"),
    }
}

fn record(host: &Host, refresh: &str) -> StoreAnswer {
    let key = host.session.config.token_key().unwrap();
    let text = format!(
        r#"{{"version":1,"key":"{key}","access_token":"old","obtained_at":0,"expires_at":1,"refresh_token":"{refresh}"}}"#
    );
    StoreAnswer::Loaded(Some(Secret::new(text)))
}

#[test]
fn the_stores_refresh_token_goes_before_the_configured_one_and_is_saved_before_the_lock_is_given_up() {
    let credentials = Credentials::Client(confidential(Grant::Refresh(Secret::new("ref-0"))));
    let mut host = Host::new(Config { credentials, store: true, ..config() });
    host.start(queues());
    let known = record(&host, "ref-7");
    store(&mut host, known.clone());
    store(&mut host, StoreAnswer::Locked);
    store(&mut host, known.clone());
    let login = host.sends();
    assert_eq!(form(&login), "grant_type=refresh_token&refresh_token=ref-7");
    // It was revoked meanwhile: the configured one may be newer. Each is tried once.
    host.answer(&login, 400, REFUSED);
    store(&mut host, StoreAnswer::Locked);
    store(&mut host, known);
    let login = host.sends();
    assert_eq!(form(&login), "grant_type=refresh_token&refresh_token=ref-0");
    host.answer(&login, 200, r#"{"access_token":"tok-v","expires_in":300,"refresh_token":"ref-8"}"#);
    let StoreOp::Save { record } = store(&mut host, StoreAnswer::Done) else { panic!() };
    assert!(record.expose().contains("ref-8"));
    assert!(matches!(store(&mut host, StoreAnswer::Done), StoreOp::Unlock { .. }));
    assert_eq!(host.sends().header("authorization"), "Bearer tok-v");
}

/// Without a lock the store is not looked at again: what else there is, is the configuration.
#[test]
fn where_the_stores_refresh_token_is_refused_and_nothing_can_be_locked_the_configured_one_is_shown() {
    let credentials = Credentials::Client(confidential(Grant::Refresh(Secret::new("ref-0"))));
    let mut host = Host::new(Config { credentials, store: true, ..config() });
    host.start(queues());
    let known = record(&host, "ref-7");
    store(&mut host, known);
    store(&mut host, StoreAnswer::Failed("read-only".into()));
    let login = host.sends();
    assert_eq!(form(&login), "grant_type=refresh_token&refresh_token=ref-7");
    host.answer(&login, 400, REFUSED);
    let login = host.sends();
    assert_eq!(form(&login), "grant_type=refresh_token&refresh_token=ref-0");
    host.answer(&login, 400, REFUSED);
    assert_eq!(host.fails().kind, ErrorKind::AuthRefreshRefused);
}

#[test]
fn a_log_in_that_lies_in_the_store() {
    let credentials = Credentials::Client(public(Grant::Stored));
    let mut host = Host::new(Config { credentials, store: true, ..config() });
    host.start(queues());
    store(&mut host, StoreAnswer::Loaded(None));
    store(&mut host, StoreAnswer::Locked);
    store(&mut host, StoreAnswer::Loaded(None));
    let error = host.fails();
    assert_eq!(error.kind, ErrorKind::AuthTokenRefused);
    assert!(matches!(store(&mut host, StoreAnswer::Done), StoreOp::Unlock { .. }));
    assert!(matches!(host.poll(), Action::Idle));
}

#[test]
fn a_new_log_in_does_not_take_the_old_ones_token() {
    let credentials = Credentials::Client(public(code()));
    let mut host = Host::new(Config { credentials, store: true, ..config() });
    host.start(queues());
    let key = host.session.config.token_key().unwrap();
    let live = host.now.wall + 86_400_000;
    let text = format!(
        r#"{{"version":1,"key":"{key}","access_token":"old","obtained_at":{},"expires_at":{live}}}"#,
        host.now.wall
    );
    let known = StoreAnswer::Loaded(Some(Secret::new(text)));
    store(&mut host, known.clone());
    store(&mut host, StoreAnswer::Locked);
    store(&mut host, known);
    assert!(form(&host.sends()).starts_with("grant_type=authorization_code"));
}

fn provide(host: &mut Host, answer: Result<&str, &str>) {
    let answer = answer.map(|secret| Provided { id: None, secret: Secret::new(secret) }).map_err(str::to_owned);
    match host.poll() {
        Action::Credentials { id } => host.session.handle_credentials(id, answer, host.now),
        other => panic!("no question but {other:?}"),
    }
}

fn provided() -> Host {
    let mut host = with(Client { secret: None, provider: true, ..Client::credentials("id", Secret::new("")) });
    host.start(queues());
    host
}

fn basic(secret: &str) -> String {
    use base64::Engine;
    format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(format!("id:{secret}")))
}

#[test]
fn a_rotated_secret_is_picked_up() {
    let mut host = provided();
    provide(&mut host, Ok("first"));
    let login = host.sends();
    assert_eq!(login.header("authorization"), basic("first"));
    host.answer(&login, 401, WRONG);
    provide(&mut host, Ok("second"));
    let login = host.sends();
    assert_eq!(login.header("authorization"), basic("second"));
    host.answer(&login, 200, TOKEN);
    let asked = host.sends();
    host.answer(&asked, 200, "{}");
    host.finishes();
}

#[test]
fn the_old_token_serves_while_the_secret_is_being_rotated() {
    let mut host = provided();
    provide(&mut host, Ok("first"));
    let login = host.sends();
    host.answer(&login, 200, r#"{"access_token":"tok-1","expires_in":300}"#);
    let asked = host.sends();
    host.answer(&asked, 200, "{}");
    host.finishes();
    host.pass(250_000);
    host.start(queues());
    let renewal = host.sends();
    assert_eq!(renewal.call, None);
    host.answer(&renewal, 401, WRONG);
    provide(&mut host, Err("the vault is sealed"));
    let asked = host.sends();
    assert_eq!(asked.header("authorization"), "Bearer tok-1");
    host.answer(&asked, 200, "{}");
    host.finishes();
}

#[test]
fn a_provider_that_gives_the_refused_secret_again_is_believed() {
    let mut host = provided();
    provide(&mut host, Ok("first"));
    let login = host.sends();
    host.answer(&login, 401, WRONG);
    provide(&mut host, Ok("first"));
    assert_eq!(host.fails().kind, ErrorKind::AuthWrongSecret);
    assert!(matches!(host.poll(), Action::Idle));
}

#[test]
fn a_provider_that_fails_ends_the_log_in() {
    let mut host = provided();
    provide(&mut host, Err("no such path"));
    let error = host.fails();
    assert_eq!(error.kind, ErrorKind::ConfigCredentials);
    assert!(error.to_string().contains("no such path"));
}

#[test]
fn nothing_of_it_shows() {
    let mut host = with(confidential(code()));
    host.start(queues());
    let login = host.sends();
    host.answer(
        &login,
        400,
        r#"{"error":"invalid_grant","error_description":"code the-code, verifier the-verifier, s3cret"}"#,
    );
    let error = host.fails();
    let shown = format!("{error} {error:?}");
    for secret in ["the-code", "the-verifier", "s3cret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
