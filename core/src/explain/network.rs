//! Exchanges that brought no answer.

use crate::action::{Cause, Failure, Sent};
use crate::error::{Certainty, Error, ErrorKind, Retry};

/// Explains an exchange that brought no answer. The host is named, path and query are not.
pub fn explain_failure(failure: &Failure, uri: &http::Uri) -> Error {
    let host = uri.host().unwrap_or("the host");
    let later = Retry::Later { after_ms: None };
    let error = match failure.cause {
        Cause::Dns => Error::new(ErrorKind::NetworkDns, format!("the name {host} could not be resolved"))
            .retry(later)
            .remedy("check the network and its DNS; behind a proxy set HTTPS_PROXY")
            .remedy("check the region: hosts are api.<domain> and login.<domain>, never one of an organisation"),
        Cause::Refused => Error::new(ErrorKind::NetworkRefused, format!("{host} refused the connection"))
            .retry(later)
            .remedy("check address and port, and whether a firewall stands in between"),
        Cause::Tls => Error::new(ErrorKind::NetworkTls, format!("no trust could be established with {host}"))
            .remedy("behind a proxy that opens TLS, name its certificate in SSL_CERT_FILE or REQUESTS_CA_BUNDLE")
            .remedy("check the clock of this machine: certificates have dates"),
        Cause::Proxy => Error::new(ErrorKind::NetworkProxy, "the proxy refused or failed")
            .retry(later)
            .remedy("check HTTPS_PROXY and NO_PROXY"),
        Cause::Redirected => {
            Error::new(ErrorKind::NetworkProxy, format!("{host} redirects, which the API does not do"))
                .remedy("check the base URL, and whether a portal stands in between")
        }
        Cause::Timeout => Error::new(ErrorKind::NetworkTimeout, format!("no answer of {host} came in time"))
            .retry(later)
            .remedy("ask for less at once, or allow a longer `timeout`"),
        Cause::TooLarge => Error::new(ErrorKind::LimitAnswerTooLarge, "the answer is larger than `max_body` allows")
            .remedy("ask for smaller pages or less at once, or raise `max_body`"),
        Cause::Cancelled => Error::new(ErrorKind::Cancelled, "the exchange was cancelled"),
        Cause::Broken => Error::new(ErrorKind::NetworkBroken, format!("the connection with {host} broke"))
            .sure(Certainty::Likely)
            .retry(later)
            .remedy("try again; if it happens often, look for a proxy or firewall that cuts connections"),
    };
    let sent = match failure.sent {
        Sent::No => "the request was not sent",
        Sent::Maybe => "the request may have been received",
    };
    let error = error.evidence(sent);
    match failure.detail.as_str() {
        "" => error,
        detail => error.evidence(super::hide_secrets(detail)),
    }
}

/// Explains a success that cannot be read.
pub(crate) fn unreadable(kind: ErrorKind, what: String) -> Error {
    let error = Error::new(kind, what);
    match kind {
        ErrorKind::AnswerTruncated => error
            .retry(Retry::Later { after_ms: None })
            .remedy("try again; if it happens often, something in between cuts long answers: ask for smaller pages"),
        ErrorKind::AnswerNotJson => {
            error.remedy("look at the bytes: something in between may have answered in the server's place")
        }
        _ => error.remedy("look at the bytes: the server, or something in between, answers with something else"),
    }
}
