//! What goes in and what comes out of the simulated organisation: HTTP without a socket.

/// Which of the organisation's origins was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The API, with the log-in and the control.
    #[default]
    Api,
    /// The files that signed URLs name.
    Files,
}

/// One request, already read.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// Path and query as they stood on the request line.
    pub target: String,
    /// Header names and values in their order.
    pub headers: Vec<(String, String)>,
    /// The body, decoded from chunks if it came so.
    pub body: Vec<u8>,
    /// Where it went.
    pub origin: Origin,
}

impl Request {
    /// Makes a request without headers or body.
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.into(), target: target.into(), ..Self::default() }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a body and its content type.
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut with = self.header("Content-Type", content_type);
        with.body = body.into();
        with
    }

    /// The value of a header, whatever its case.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The path without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query's pairs, decoded, in their order.
    pub fn query(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map(|(_, query)| query).unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }
}

/// What the transport does besides sending the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effect {
    /// Sends it as it is.
    #[default]
    None,
    /// Closes with a reset; the organisation did nothing.
    ResetBefore,
    /// Closes with a reset although the work was done.
    ResetAfter,
    /// Sends all, promises to stay and closes.
    Close,
    /// Promises the whole length and closes after half of the body.
    Truncate,
    /// Waits so many milliseconds before the answer.
    Delay(u64),
    /// Never answers and keeps the connection open.
    Hang,
}

/// One answer.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header names and values, without those of the transport (length, connection, encoding).
    pub headers: Vec<(String, String)>,
    /// The body, not compressed unless `Content-Encoding` is among the headers.
    pub body: Vec<u8>,
    /// What the transport does besides.
    pub effect: Effect,
}

impl Response {
    /// An answer in JSON, with the caching headers of a genuine answer (developer-center-blog 2021-05-06).
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let headers = [
            ("Content-Type", "application/json"),
            ("Strict-Transport-Security", "max-age=600; includeSubDomains"),
            ("Cache-Control", "no-cache, no-store, must-revalidate"),
        ];
        Self {
            status,
            headers: headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            body: body.into(),
            effect: Effect::None,
        }
    }

    /// An answer from something that is not the API: a load balancer or a proxy.
    pub fn html(status: u16, body: &str) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".into(), "text/html; charset=utf-8".into())],
            body: body.as_bytes().to_vec(),
            effect: Effect::None,
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The value of a header, whatever its case.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON, `null` if it is none.
    pub fn parsed(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
