//! Odd answers and unlucky moments.

use super::*;
use crate::action::StoreAnswer;
use crate::config::Client;

fn sharing() -> Host {
    Host::new(Config { store: true, ..config() })
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

#[test]
fn what_the_store_says_of_a_record_shows_no_token() {
    let mut host = sharing();
    host.start(queues());
    store(&mut host, StoreAnswer::Loaded(None));
    store(&mut host, StoreAnswer::Locked);
    store(&mut host, StoreAnswer::Loaded(None));
    let login = host.sends();
    host.answer(&login, 200, &TOKEN.replace("tok-1", "a-long-token"));
    host.notices();
    let failed = StoreAnswer::Failed(r#"cannot write {"access_token":"a-long-token"}"#.into());
    assert!(matches!(store(&mut host, failed), StoreOp::Save { .. }));
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
