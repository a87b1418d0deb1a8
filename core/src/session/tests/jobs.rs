//! Jobs: submitted once, waited for, taken up again, ended on the server when the caller no longer wants them.

use super::*;

const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";
const COMPLETE: &str = r#"{"dataAvailabilityDate":"2026-03-10T00:00:00.000Z"}"#;
const SUBMITTED: &str = r#"{"jobId":"j1"}"#;

fn job() -> Report {
    let text = r#"{"report":"conversations","via":"job","interval":"2026-03-09T00:00Z/2026-03-10T00:00Z"}"#;
    serde_json::from_str(text).unwrap()
}

/// A job that was submitted.
fn submitted() -> (Host, CallId) {
    let (mut host, call, available) = Host::asked(job());
    host.answer(&available, 200, COMPLETE);
    let submit = host.sends();
    host.answer(&submit, 202, SUBMITTED);
    (host, call)
}

fn path(asked: &Asked) -> &str {
    asked.request.uri().path()
}

#[test]
fn from_the_log_in_to_the_last_page() {
    let (mut host, call) = submitted();
    let (wait, look) = host.sends_after_waiting();
    assert_eq!((wait, path(&look)), (1_000, "/api/v2/analytics/conversations/details/jobs/j1"));
    host.answer(&look, 202, r#"{"state":"QUEUED"}"#);
    assert_eq!(host.waits(), (2_000, Why::Job));
    let (_, look) = host.sends_after_waiting();
    host.answer(&look, 200, r#"{"state":"FULFILLED"}"#);
    let first = host.sends();
    assert_eq!(path(&first), format!("{JOBS}/j1/results"));
    host.answer(&first, 200, r#"{"conversations":[{"conversationId":"a"}],"cursor":"c"}"#);
    assert!(matches!(host.emits(), Event::Page(_)));
    assert!(matches!(host.poll(), Action::Wait { until: None, why: Why::Pull }), "pages are pulled");
    host.session.pull(call, host.now);
    let second = host.sends();
    assert_eq!(second.request.uri().query(), Some("pageSize=500&cursor=c"));
    host.answer(&second, 200, r#"{"conversations":[]}"#);
    let summary = host.finishes();
    assert_eq!((summary.pages, summary.items, summary.requests), (2, 1, 6));
    assert!(host.notices().contains(&NoticeKind::Job));
    assert!(matches!(host.poll(), Action::Idle));
}

#[test]
fn it_is_submitted_once() {
    let (mut host, _, available) = Host::asked(job());
    host.answer(&available, 200, COMPLETE);
    let submit = host.sends();
    host.breaks(&submit, Cause::Timeout, Sent::Maybe);
    let error = host.fails();
    assert_eq!((error.kind, error.retry), (ErrorKind::NetworkTimeout, Retry::MayBeDone));
    let (mut host, _, available) = Host::asked(job());
    host.answer(&available, 200, COMPLETE);
    let submit = host.sends();
    host.breaks(&submit, Cause::Refused, Sent::No);
    let (_, again) = host.sends_after_waiting();
    assert_eq!(again.request.method(), http::Method::POST);
}

#[test]
fn the_rest_of_it_is_asked_again() {
    let (mut host, _) = submitted();
    let (_, look) = host.sends_after_waiting();
    host.breaks(&look, Cause::Timeout, Sent::Maybe);
    let (_, look) = host.sends_after_waiting();
    assert_eq!(look.request.method(), http::Method::GET);
}

#[test]
fn a_cancel_ends_it_on_the_server() {
    let (mut host, call) = submitted();
    host.session.cancel(call, host.now);
    assert_eq!(host.fails().kind, ErrorKind::Cancelled);
    assert_eq!(host.session.entries(), 1, "what is to be ended");
    let chore = host.sends();
    assert_eq!(
        (chore.call, chore.request.method(), path(&chore)),
        (None, &http::Method::DELETE, &*format!("{JOBS}/j1"))
    );
    assert_eq!(chore.header("authorization"), "Bearer tok-1");
    assert_eq!(chore.timeout, 5_000);
    assert!(matches!(host.poll(), Action::Wait { until: None, why: Why::Answer }));
    host.notices();
    host.answer(&chore, 202, "");
    assert!(matches!(host.poll(), Action::Idle));
    assert_eq!(host.notices(), [NoticeKind::Job]);
}

#[test]
fn a_caller_who_ends_the_exchange_ends_the_job_too() {
    let (mut host, _) = submitted();
    let (_, look) = host.sends_after_waiting();
    host.breaks(&look, Cause::Cancelled, Sent::Maybe);
    assert_eq!(host.fails().kind, ErrorKind::Cancelled);
    assert_eq!(host.sends().request.method(), http::Method::DELETE);
}

#[test]
fn ending_it_waits_for_its_turn_among_the_exchanges() {
    let mut host = Host::new(Config { max_in_flight: 1, ..config() });
    let call = host.start(job());
    let login = host.sends();
    host.answer(&login, 200, TOKEN);
    let available = host.sends();
    host.answer(&available, 200, COMPLETE);
    let submit = host.sends();
    host.answer(&submit, 202, SUBMITTED);
    host.start(queues());
    let other = host.sends();
    host.session.cancel(call, host.now);
    host.fails();
    assert_eq!(host.waits(), (5_000, Why::Answer), "as long as it is worth a try");
    host.answer(&other, 200, "{}");
    host.finishes();
    assert_eq!(host.sends().request.method(), http::Method::DELETE);
}

#[test]
fn what_cannot_be_cancelled_is_said() {
    let (mut host, call) = submitted();
    host.session.cancel(call, host.now);
    host.fails();
    let chore = host.sends();
    host.notices();
    host.breaks(&chore, Cause::Broken, Sent::Maybe);
    assert!(matches!(host.poll(), Action::Idle), "it is tried once");
    assert!(host.session.observe().unwrap().text.contains("j1 could not be cancelled"));
}

#[test]
fn there_is_nothing_to_cancel_before_and_after() {
    let (mut host, call, _) = Host::asked(job());
    host.session.cancel(call, host.now);
    assert!(matches!(host.poll(), Action::Abort { .. }));
    host.fails();
    assert!(matches!(host.poll(), Action::Idle));
    let (mut host, call) = submitted();
    let (_, look) = host.sends_after_waiting();
    host.answer(&look, 200, r#"{"state":"FULFILLED"}"#);
    host.sends();
    host.session.cancel(call, host.now);
    assert!(matches!(host.poll(), Action::Abort { .. }));
    host.fails();
    assert!(matches!(host.poll(), Action::Idle));
}

#[test]
fn what_ends_early_can_be_taken_up_again() {
    let mut host = Host::new(config());
    let options = CallOptions { deadline: Some(1_500), ..CallOptions::default() };
    let call = host.session.start(job(), options, host.now).unwrap();
    host.session.pull(call, host.now);
    for (status, body) in [(200, TOKEN), (200, COMPLETE), (202, SUBMITTED)] {
        let asked = host.sends();
        host.answer(&asked, status, body);
    }
    let (_, look) = host.sends_after_waiting();
    host.answer(&look, 200, r#"{"state":"PENDING"}"#);
    let error = host.fails();
    assert_eq!(error.kind, ErrorKind::LimitBudget);
    assert!(error.explanation.evidence.iter().any(|line| line.contains("j1")), "{error:?}");
    assert!(matches!(host.poll(), Action::Idle), "it goes on, on the server");
    let known = serde_json::from_str(r#"{"report":"conversations","job":"j1"}"#).unwrap();
    host.start(known);
    assert_eq!(path(&host.sends()), format!("{JOBS}/j1"));
}

#[test]
fn results_that_are_too_large_one_by_one_are_an_error_without_advice_on_sizes() {
    let (mut host, _) = submitted();
    let (_, look) = host.sends_after_waiting();
    host.answer(&look, 200, r#"{"state":"FULFILLED"}"#);
    let mut sizes = Vec::new();
    let error = loop {
        match host.poll() {
            Action::Send { id, call, request, look, timeout, .. } => {
                let asked = Asked { id, call, request, look, timeout };
                sizes.push(asked.request.uri().query().unwrap().to_owned());
                host.breaks(&asked, Cause::TooLarge, Sent::Maybe);
            }
            Action::Emit { event: Event::Failed(error), .. } => break error,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((sizes.first().unwrap().as_str(), sizes.last().unwrap().as_str()), ("pageSize=500", "pageSize=1"));
    assert_eq!(error.kind, ErrorKind::LimitAnswerTooLarge);
    assert!(!error.explanation.remedy.iter().any(|step| step.contains("pageSize")), "{error:?}");
}

#[test]
fn a_job_that_failed_says_why() {
    let (mut host, _) = submitted();
    let (_, look) = host.sends_after_waiting();
    host.answer(&look, 200, r#"{"state":"FAILED","errorMessage":"too many rows"}"#);
    let error = host.fails();
    assert_eq!(error.kind, ErrorKind::JobFailed);
    assert!(error.to_string().contains("too many rows"));
}
