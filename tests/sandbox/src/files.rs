//! The second origin: files behind signed URLs, as Amazon S3 keeps them. Whoever asks for one shows no token.
//!
//! The errors are those of Amazon S3 ("Error responses", "Authenticating requests: using query parameters"). The
//! signature is a digest of this sandbox, not an HMAC: only whoever made it looks at it.

use crate::org::Org;
use crate::rng::{key, key_of_text};
use crate::time::{SECOND, iso, parse_iso};
use crate::uuid::Uuid;
use crate::wire::{Request, Response};

/// How long a URL is good, in seconds (`RecordingSettings.recordingPlaybackUrlTtl`: 60 minutes unless set).
pub(crate) const LIFE: i64 = 3_600;

/// The one machine of the store, as S3 names its own (`HostId`, `x-amz-id-2`).
const HOST: &str = "c2FuZGJveA==";

const MARK: &str = "&X-Amz-Signature=";

/// Why a file is not given.
struct Denied {
    status: u16,
    code: &'static str,
    message: &'static str,
    /// More elements, as XML.
    more: String,
}

impl Denied {
    fn new(status: u16, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message, more: String::new() }
    }

    fn answer(&self, request_id: &str) -> Response {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message>{}<RequestId>{request_id}</RequestId><HostId>{HOST}</HostId></Error>",
            self.code, self.message, self.more
        );
        let response = Response { status: self.status, body: body.into_bytes(), ..Response::default() };
        response.header("Content-Type", "application/xml")
    }
}

/// `20260310T150000Z`, the form of dates in a signature.
fn compact(at: i64) -> String {
    iso(at).replace(['-', ':'], "").replace(".000", "")
}

fn expanded(text: &str) -> Option<i64> {
    let part = |from: usize, to: usize| text.get(from..to);
    let (date, time) = (part(0, 8)?, part(9, 16).filter(|_| text.len() == 16)?);
    let day = format!("{}-{}-{}", date.get(..4)?, date.get(4..6)?, date.get(6..)?);
    parse_iso(&format!("{day}T{}:{}:{}", time.get(..2)?, time.get(2..4)?, time.get(4..)?))
}

impl Org {
    /// A URL that gives a file to anyone for an hour.
    pub(crate) fn signed(&self, path: &str, now: i64) -> String {
        let at = compact(now - now.rem_euclid(SECOND));
        let day = &at[..8];
        let target = format!(
            "{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=SANDBOX%2F{day}%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date={at}&X-Amz-Expires={LIFE}&X-Amz-SignedHeaders=host"
        );
        let signature = self.signature(&target);
        format!("{}{target}{MARK}{signature}", self.files())
    }

    fn signature(&self, target: &str) -> String {
        let digest = key_of_text(key(&[self.seed, 61]), target);
        (0..4).map(|part| format!("{:016x}", key(&[digest, part]))).collect()
    }

    /// What the second origin answers.
    pub(crate) fn file(&mut self, request: &Request, now: i64, context: &str) -> Response {
        let id = context.replace('-', "").to_uppercase()[..16].to_string();
        let found = self.admitted(request, now).and_then(|()| {
            self.kept(request.path(), now).ok_or_else(|| Denied {
                // A path that is signed is one of ours: nothing in it needs an escape.
                more: format!("<Key>{}</Key>", request.path().trim_start_matches('/')),
                ..Denied::new(404, "NoSuchKey", "The specified key does not exist.")
            })
        });
        let response = match found {
            Ok((kind, body)) => Response { status: 200, body, ..Response::default() }.header("Content-Type", kind),
            Err(denied) => denied.answer(&id),
        };
        response.header("x-amz-request-id", id).header("x-amz-id-2", HOST)
    }

    /// Whether a request may have the file it names. The text that a header brought is not told back.
    fn admitted(&self, request: &Request, now: i64) -> Result<(), Denied> {
        if request.value("Authorization").is_some() {
            return Err(Denied {
                more: "<ArgumentName>Authorization</ArgumentName>".into(),
                ..Denied::new(
                    400,
                    "InvalidArgument",
                    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
                )
            });
        }
        let Some((target, signature)) = request.target.split_once(MARK) else {
            return Err(Denied::new(403, "AccessDenied", "Access Denied"));
        };
        let query = request.query();
        let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let life = value("X-Amz-Expires").and_then(|text| text.parse::<i64>().ok()).filter(|life| *life < 604_800);
        let (Some(from), Some(life)) = (value("X-Amz-Date").and_then(expanded), life) else {
            return Err(Denied::new(
                400,
                "AuthorizationQueryParametersError",
                "X-Amz-Date or X-Amz-Expires is malformed",
            ));
        };
        let until = from + life * SECOND;
        if now >= until {
            return Err(Denied {
                more: format!(
                    "<X-Amz-Expires>{life}</X-Amz-Expires><Expires>{}</Expires><ServerTime>{}</ServerTime>",
                    iso(until),
                    iso(now)
                ),
                ..Denied::new(403, "AccessDenied", "Request has expired")
            });
        }
        // The method is signed, too.
        if request.method != "GET" || signature != self.signature(target) {
            return Err(Denied::new(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
            ));
        }
        Ok(())
    }

    /// A file's type and bytes, by its path.
    fn kept(&mut self, path: &str, now: i64) -> Option<(&'static str, Vec<u8>)> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match parts.as_slice() {
            ["transcripts", conversation, file] => {
                let communication = Uuid::parse(file.strip_suffix(".json")?)?;
                let transcript = self.transcript_file(Uuid::parse(conversation)?, communication, now)?;
                Some(("application/json", transcript))
            }
            ["recordings", conversation, recording, file] => {
                let channel = file.strip_suffix(".wav")?;
                let media = self.media_file(Uuid::parse(conversation)?, Uuid::parse(recording)?, channel, now)?;
                Some(("audio/wav", media))
            }
            ["extractions", schema, file] => {
                let rows = self.extraction(schema, file.strip_suffix(".parquet")?, now)?;
                Some(("binary/octet-stream", rows))
            }
            ["adherence", job, file] => {
                let at = file.strip_suffix(".json")?.parse().ok()?;
                Some(("application/json", self.adherence_file(job, at)?))
            }
            _ => None,
        }
    }
}
