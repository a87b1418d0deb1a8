//! Data extraction: each hour's changes as Parquet files, one for each schema, behind signed URLs.
//!
//! Schemas, the format and the keys of rows are those that a public program reads; the other columns are called as the
//! members of details are.

mod parquet;
mod tables;

use serde_json::{Value, json};

use crate::analytics::{only, strings};
use crate::entities::number;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::rng::{Rng, key};
use crate::time::{DAY, HOUR, MINUTE, iso, parse_iso};
use crate::uuid::Uuid;
use tables::SCHEMAS;

/// How long after its hour a file can be had, and how long it is kept.
const LATE: i64 = 30 * MINUTE;
const KEPT: i64 = 7 * DAY;

/// The largest page, and the most files for which URLs are given at once.
const MOST: usize = 200;

const METADATA: &str = "/api/v2/analytics/dataextraction/downloads/metadata";

/// A file: what it holds, by index, of the hour that begins then.
#[derive(Clone, Copy)]
struct File {
    schema: usize,
    hour: i64,
}

impl File {
    fn id(self, seed: u64) -> Uuid {
        Rng::new(key(&[seed, self.schema as u64, self.hour as u64, 81])).uuid()
    }

    fn created(self) -> i64 {
        self.hour + HOUR + LATE
    }
}

/// The files that there are, the oldest first.
fn files(now: i64) -> impl Iterator<Item = File> {
    let last = (now - LATE).div_euclid(HOUR) - 1;
    let first = (now - LATE - KEPT).div_euclid(HOUR);
    (first..=last).flat_map(|hour| (0..SCHEMAS.len()).map(move |schema| File { schema, hour: hour * HOUR }))
}

impl Org {
    fn extracted(&self, id: &str, now: i64) -> Result<File, Refusal> {
        let id = Uuid::parse(id).ok_or_else(Refusal::not_found)?;
        files(now).find(|file| file.id(self.seed) == id).ok_or_else(Refusal::not_found)
    }

    fn extraction_place(&self, file: File, now: i64) -> String {
        let path = format!("/extractions/{}/{}.parquet", SCHEMAS[file.schema].name, file.id(self.seed));
        self.signed(&path, now)
    }

    /// `GET metadata`: by cursor, the oldest first.
    pub(crate) fn extraction_files(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let size = number(call, "pageSize", 25, MOST)?;
        let time = |name: &str| match call.parameter(name) {
            None => Ok(None),
            Some(text) => parse_iso(text).map(Some).ok_or_else(Refusal::date),
        };
        let (from, until) = (time("dateStart")?.unwrap_or(i64::MIN), time("dateEnd")?.unwrap_or(i64::MAX));
        let schema = call.parameter("dataSchema").filter(|name| !name.is_empty());
        let names = SCHEMAS.map(|schema| schema.name);
        if let Some(unknown) = schema.filter(|name| !names.contains(name)) {
            return Err(Refusal::parameter(unknown, "dataSchema", &names.join(", ")));
        }
        let is_asked = |file: &File| {
            let fits = schema.is_none_or(|name| name == SCHEMAS[file.schema].name);
            fits && from <= file.created() && file.created() < until
        };
        let all: Vec<File> = files(call.now).filter(is_asked).collect();
        // A cursor is the id of the file it points to.
        let place = |name: &str| match call.parameter(name) {
            None => Ok(None),
            Some(id) => {
                let at = all.iter().position(|file| file.id(self.seed).to_string() == id);
                at.map(Some).ok_or_else(|| Refusal::bad(format!("Invalid cursor in `{name}`.")))
            }
        };
        let from = match (place("after")?, place("before")?) {
            (Some(at), _) => at + 1,
            (None, Some(at)) => at.saturating_sub(size),
            (None, None) => 0,
        };
        let page = &all[from..(from + size).min(all.len())];
        let link = |cursor: &str, file: File| {
            let rest = call.query.iter().filter(|(key, _)| !matches!(key.as_str(), "after" | "before"));
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(rest).append_pair(cursor, &file.id(self.seed).to_string());
            format!("{METADATA}?{}", query.finish())
        };
        let entities: Vec<Value> = page
            .iter()
            .map(|file| {
                json!({
                    "id": file.id(self.seed).to_string(),
                    "dataSchema": SCHEMAS[file.schema].name,
                    "dateCreated": iso(file.created()),
                    "dateExpires": iso(file.created() + KEPT),
                })
            })
            .collect();
        let mut body = json!({"entities": entities, "selfUri": METADATA, "enabledDataSchemas": names});
        if let Some(last) = page.last().filter(|_| from + page.len() < all.len()) {
            body["nextUri"] = json!(link("after", *last));
        }
        if let Some(first) = page.first().filter(|_| from > 0) {
            body["previousUri"] = json!(link("before", *first));
        }
        Ok(body.to_string().into_bytes())
    }

    /// `POST bulk`: the URLs of some files.
    pub(crate) fn extraction_urls(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        only(&call.body, "DownloadServiceRequest", &["files"])?;
        let ids = strings(&call.body, "files");
        if ids.is_empty() || ids.len() > MOST {
            return Err(Refusal::bad(format!("The number of files must be between 1 and {MOST}.")));
        }
        let place = |id: &String| {
            let file = self.extracted(id, call.now)?;
            Ok(json!({"id": id, "signedUrl": self.extraction_place(file, call.now)}))
        };
        let entities: Vec<Value> = ids.iter().map(place).collect::<Result<_, Refusal>>()?;
        Ok(json!({"entities": entities}).to_string().into_bytes())
    }

    /// `GET {downloadId}`: where one file lies.
    pub(crate) fn extraction_download(&self, call: &Call) -> Result<String, Refusal> {
        let id = call.params.first().map(String::as_str).unwrap_or_default();
        Ok(self.extraction_place(self.extracted(id, call.now)?, call.now))
    }

    /// The bytes of a file.
    pub(crate) fn extraction(&mut self, schema: &str, id: &str, now: i64) -> Option<Vec<u8>> {
        let file = self.extracted(id, now).ok().filter(|file| SCHEMAS[file.schema].name == schema)?;
        let schema = &SCHEMAS[file.schema];
        let rows = (schema.rows)(self, file.hour, file.hour + HOUR);
        Some(parquet::written(schema.columns, &rows))
    }
}
