//! A day's segments as CSV, over a blocking HTTP client: `blocking INTERVAL > segments.csv`.

mod job;

use std::process::ExitCode;
use std::time::Duration;
use std::{io, thread};

use pegcount::{Action, CallOptions, Cause, Event, Failure, Sent, inspect};
use ureq::http::{HeaderMap, Request};

fn main() -> job::Outcome<ExitCode> {
    let (mut session, report) = job::question()?;
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let now = job::clocks();
    let call = session.start(report, CallOptions::default(), now())?;
    session.pull(call, now());
    let mut body = Vec::new();
    loop {
        match session.poll(now()) {
            Action::Send { id, request, timeout, max_body, look, .. } => {
                match exchange(&agent, request, timeout, max_body) {
                    Ok((status, headers, bytes)) => {
                        session.handle_response(id, inspect(look, status, &headers, &bytes), now());
                        body = bytes;
                    }
                    Err(failure) => session.handle_failure(id, failure, now()),
                }
            }
            Action::Emit { event: Event::Page(page), .. } => {
                job::write_segments(&page, &body)?;
                session.pull(call, now());
            }
            Action::Emit { event, .. } => return Ok(job::last_word(&event)),
            Action::Wait { until: Some(until), .. } => {
                thread::sleep(Duration::from_millis(until.saturating_sub(now().mono)));
            }
            // Without a token store, and with one exchange at a time, there is nothing else.
            other => return Err(format!("{other:?}").into()),
        }
    }
}

type Answer = (u16, HeaderMap, Vec<u8>);

fn exchange(agent: &ureq::Agent, request: Request<Vec<u8>>, timeout: u64, max_body: u64) -> Result<Answer, Failure> {
    let within = Some(Duration::from_millis(timeout));
    let answer = match request.body().is_empty() {
        true => agent.run(agent.configure_request(request.map(|_| ())).timeout_global(within).build()),
        false => agent.run(agent.configure_request(request).timeout_global(within).build()),
    };
    let whole = answer.and_then(|mut answer| {
        let bytes = answer.body_mut().with_config().limit(max_body).read_to_vec()?;
        Ok((answer.status().as_u16(), answer.headers().clone(), bytes))
    });
    whole.map_err(|error| {
        let (cause, sent) = match &error {
            ureq::Error::BodyExceedsLimit(_) => (Cause::TooLarge, Sent::Maybe),
            ureq::Error::ConnectProxyFailed(_) => (Cause::Proxy, Sent::No),
            ureq::Error::HostNotFound => (Cause::Dns, Sent::No),
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => (Cause::Refused, Sent::No),
            ureq::Error::Rustls(_) | ureq::Error::Tls(_) => (Cause::Tls, Sent::No),
            ureq::Error::Timeout(_) => (Cause::Timeout, Sent::Maybe),
            _ => (Cause::Broken, Sent::Maybe),
        };
        Failure { sent, cause, detail: error.to_string() }
    })
}
