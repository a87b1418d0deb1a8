//! A day's segments as CSV, over an async HTTP client: `async INTERVAL > segments.csv`.

mod job;

use std::collections::VecDeque;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;
use std::{io, iter};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use pegcount::{Action, CallOptions, Cause, Event, Failure, Sent, inspect};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout as within};

type Https = Client<HttpsConnector<HttpConnector>, Full<VecDeque<u8>>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> job::Outcome<ExitCode> {
    let (mut session, report) = job::question()?;
    let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
    let client: Https = Client::builder(TokioExecutor::new()).build(connector);
    let now = job::clocks();
    let call = session.start(report, CallOptions::default(), now())?;
    // Two at first, then one for each that came: the next page travels while this one is written.
    session.pull(call, now());
    session.pull(call, now());
    let (mut flights, mut body) = (JoinSet::new(), Vec::new());
    loop {
        match session.poll(now()) {
            Action::Send { id, request, timeout, max_body, look, .. } => {
                let answer = within(Duration::from_millis(timeout), exchange(client.clone(), request, max_body));
                flights.spawn(async move {
                    let late = Failure { sent: Sent::Maybe, cause: Cause::Timeout, detail: String::new() };
                    let answer = answer.await.unwrap_or(Err(late));
                    (id, answer.map(|(status, headers, body)| (inspect(look, status, &headers, &body), body)))
                });
            }
            Action::Emit { event: Event::Page(page), .. } => {
                job::write_segments(&page, &body)?;
                session.pull(call, now());
            }
            Action::Emit { event, .. } => return Ok(job::last_word(&event)),
            Action::Wait { until, .. } => {
                let pause = until.map_or(u64::MAX, |until| until.saturating_sub(now().mono));
                tokio::select! {
                    Some(landed) = flights.join_next() => match landed? {
                        (id, Ok((seen, bytes))) => {
                            body = bytes;
                            session.handle_response(id, seen, now());
                        }
                        (id, Err(failure)) => session.handle_failure(id, failure, now()),
                    },
                    () = sleep(Duration::from_millis(pause)) => {}
                }
            }
            // Without a token store, and with one call that nobody cancels, there is nothing else.
            other => return Err(format!("{other:?}").into()),
        }
    }
}

type Answer = (u16, http::HeaderMap, Vec<u8>);

async fn exchange(client: Https, request: http::Request<Vec<u8>>, max_body: u64) -> Result<Answer, Failure> {
    let failure = |sent, error: &(dyn Error + 'static)| {
        let causes = || iter::successors(Some(error), |&cause| cause.source());
        let refused = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
        let cause = match () {
            () if causes().any(<dyn Error>::is::<LengthLimitError>) => Cause::TooLarge,
            () if causes().filter_map(<dyn Error>::downcast_ref).any(refused) => Cause::Refused,
            () => Cause::Broken,
        };
        Failure { sent, cause, detail: error.to_string() }
    };
    let answer = client.request(request.map(|body| Full::new(body.into()))).await;
    let answer = answer.map_err(|error| failure(if error.is_connect() { Sent::No } else { Sent::Maybe }, &error))?;
    let (head, body) = answer.into_parts();
    let body = Limited::new(body, usize::try_from(max_body).unwrap_or(usize::MAX)).collect().await;
    let body = body.map_err(|error| failure(Sent::Maybe, &*error))?;
    Ok((head.status.as_u16(), head.headers, body.to_bytes().into()))
}
