//! An email as a message of RFC 5322: HTML and plain text, quoted-printable, with the headers of mailing lists (RFC
//! 2369, RFC 8058).

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};

use super::Email;
use crate::digest::Digest;

/// Makes the message to an address; without one, to the sender, as a copy to keep.
///
/// # Errors
/// If the sender or the recipient is not a valid mailbox; the message is worded for the user.
pub fn to_mime(email: &Email, to: Option<&str>) -> Result<Message, String> {
    let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|_| format!("`{text}` is not an email address"));
    let from = mailbox(&email.from)?;
    let to = to.map_or_else(|| Ok(from.clone()), mailbox)?;
    let envelope =
        Envelope::new(Some(from.email.clone()), vec![to.email.clone()]).map_err(|reason| reason.to_string())?;
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(email.date).unwrap_or(0));
    let header = |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    let parts = MultiPart::alternative().boundary(format!("hb-{}", Digest::of(&(&email.html, &email.text))));
    let mut builder = Message::builder()
        .from(from)
        .to(to)
        .subject(&email.subject)
        .date(date)
        .message_id(Some(format!("<{}>", email.id)))
        .raw_header(header("List-Unsubscribe", format!("<{}>", email.unsubscribe)));
    if email.has_one_click_unsubscribe {
        builder = builder.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    let message = builder.envelope(envelope).multipart(
        parts
            .singlepart(part(ContentType::TEXT_PLAIN, &email.text)?)
            .singlepart(part(ContentType::TEXT_HTML, &email.html)?),
    );
    message.map_err(|reason| reason.to_string())
}

fn part(kind: ContentType, text: &str) -> Result<SinglePart, String> {
    let body = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::QuotedPrintable);
    let body = body.map_err(|_| "a part cannot be written as quoted-printable".to_owned())?;
    Ok(SinglePart::builder().content_type(kind).body(body))
}
