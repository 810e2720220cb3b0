//! What each provider puts the address for leaving in the place of.

/// The placeholder for the address that takes a reader off the list; `None` for providers that have none.
pub(super) fn placeholder(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "buttondown" | "kit" => "{{ unsubscribe_url }}",
        "mailchimp" => "*|UNSUB|*",
        "listmonk" => "{{ UnsubscribeURL }}",
        "brevo" => "{{ unsubscribe }}",
        "mailcoach" => "{{ unsubscribeUrl }}",
        _ => return None,
    })
}
