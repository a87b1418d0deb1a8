//! The rows of an answer, each as a text by which it is recognised. Read here, not by the library under test.

use serde::Deserialize;
use serde_json::Value;

/// What an answer's rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// Conversations, by their id.
    Conversations,
    /// Entities, by their id.
    Entities,
    /// Groups of observations, by the group: their figures change.
    Groups,
    /// Groups of aggregates, figures and all.
    Results,
    /// The answer as a whole.
    Whole,
}

impl Rows {
    /// Reads them; `None` where the answer is not of that shape.
    pub(crate) fn read(self, body: &[u8]) -> Option<Vec<String>> {
        match self {
            Rows::Conversations => Some(conversations(body)?.into_iter().map(|(id, _)| id).collect()),
            Rows::Entities => entities(body),
            Rows::Groups => groups(body),
            Rows::Results => results(body),
            Rows::Whole => Some(vec![String::new()]),
        }
    }
}

/// Ids and starts.
pub(crate) fn conversations(body: &[u8]) -> Option<Vec<(String, String)>> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Page {
        conversations: Vec<Row>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Row {
        conversation_id: String,
        conversation_start: String,
    }
    let page: Page = serde_json::from_slice(body).ok()?;
    Some(page.conversations.into_iter().map(|row| (row.conversation_id, row.conversation_start)).collect())
}

/// Ids.
pub(crate) fn entities(body: &[u8]) -> Option<Vec<String>> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Page {
        entities: Vec<Row>,
    }
    #[derive(Deserialize)]
    struct Row {
        id: String,
    }
    let page: Page = serde_json::from_slice(body).ok()?;
    Some(page.entities.into_iter().map(|row| row.id).collect())
}

/// Whole results.
pub(crate) fn results(body: &[u8]) -> Option<Vec<String>> {
    list(body, Value::to_string)
}

fn groups(body: &[u8]) -> Option<Vec<String>> {
    list(body, |row| row["group"].to_string())
}

fn list(body: &[u8], text: impl Fn(&Value) -> String) -> Option<Vec<String>> {
    let page: Value = serde_json::from_slice(body).ok()?;
    Some(page["results"].as_array().map_or(Vec::new(), |rows| rows.iter().map(text).collect()))
}
