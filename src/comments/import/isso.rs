//! Parses Isso's database: a table of threads and one of comments, in SQLite.

use rusqlite::{Connection, Row};

use super::export::{Export, ExportFormat, ImportedComment, ModerationState};

const QUERY: &str = "SELECT comments.id, comments.parent, comments.created, comments.mode, comments.text, \
                     comments.author, comments.website, threads.uri, threads.title \
                     FROM comments LEFT JOIN threads ON threads.id = comments.tid ORDER BY comments.id";

/// Parses a database, given as bytes.
///
/// # Errors
/// If it is damaged or not Isso's; the message is worded for the user.
pub fn read(bytes: &[u8]) -> Result<Export, String> {
    let mut bytes = bytes.to_vec();
    // A database in memory has no write-ahead log, but the header may require one.
    if let Some(versions) = bytes.get_mut(18..20) {
        versions.fill(1);
    }
    let failure = |error: rusqlite::Error| format!("this is not a database of Isso: {error}");
    let mut database = Connection::open_in_memory().map_err(failure)?;
    database.deserialize_read_exact("main", &*bytes, bytes.len(), true).map_err(failure)?;
    let mut query = database.prepare(QUERY).map_err(failure)?;
    let rows = query.query_map([], |row| Ok(comment(row))).map_err(failure)?;
    let mut export = Export { system: ExportFormat::Isso, comments: Vec::new(), notes: Vec::new() };
    for row in rows {
        match row.and_then(|comment| comment) {
            Ok(comment) => export.comments.push(comment),
            Err(error) => {
                export.notes.push(format!("a row cannot be read: {error}"));
                if export.notes.len() > 100 {
                    return Err("the database is damaged".to_owned());
                }
            }
        }
    }
    Ok(export)
}

fn comment(row: &Row<'_>) -> rusqlite::Result<ImportedComment> {
    let text = |column: usize| row.get::<_, Option<String>>(column).map(Option::unwrap_or_default);
    let id: i64 = row.get(0)?;
    let created: Option<f64> = row.get(2)?;
    let seconds = created.filter(|at| at.is_finite() && *at > 0.0 && *at < 253_402_300_800.0);
    let website = text(6)?;
    Ok(ImportedComment {
        id: name(id),
        article: text(7)?,
        title: text(8)?,
        author: text(5)?,
        date: seconds.map(|at| at as i64).ok_or_else(|| created.map(|at| at.to_string()).unwrap_or_default()),
        text: text(4)?,
        reply_to: row.get::<_, Option<i64>>(1)?.map(name),
        url: Some(website).filter(|url| url.starts_with("http")),
        state: match row.get::<_, Option<i64>>(3)? {
            Some(1) | None => ModerationState::Approved,
            Some(2) => ModerationState::Pending,
            Some(_) => ModerationState::Deleted,
        },
    })
}

fn name(id: i64) -> String {
    format!("{}-{id}", ExportFormat::Isso.prefix())
}
