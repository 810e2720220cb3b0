//! Sign-up forms: the fields that a reader fills in, and the hidden ones. They work without JavaScript.

use serde::Serialize;

/// How readers subscribe to a newsletter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// Name of the provider, for readers.
    pub provider: &'static str,
    /// Form or page.
    pub method: SignUpMethod,
    /// Whether the provider confirms the address by email before it adds the reader (double opt-in).
    pub confirms: bool,
    /// Placeholder that the provider replaces by the unsubscribe URL in its emails; `None` if it has none.
    pub unsubscribe: Option<String>,
}

/// How readers sign up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignUpMethod {
    /// With a form on the site.
    Form(Box<Form>),
    /// On a page of the provider, which has no form to embed; its URL.
    Page(String),
}

/// A form that works without JavaScript.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Form {
    /// URL that it posts to; empty for the newsletter's own thank-you page.
    pub action: String,
    /// Further attributes of the form element.
    pub attributes: Vec<Field>,
    /// Name of the field for the email address.
    pub email: String,
    /// Greatest length of an email address in characters.
    pub email_limit: usize,
    /// Name of the field for the reader's name or first name; `None` if it is not asked for.
    pub name: Option<String>,
    /// Name of the field for the last name; `None` if it is not asked for.
    pub last_name: Option<String>,
    /// Greatest length of a name in characters.
    pub name_limit: usize,
    /// Hidden fields.
    pub hidden: Vec<Field>,
    /// The hidden field that selects the newsletter; a form for several newsletters has checkboxes for it. `None` if
    /// the provider accepts one newsletter at a time.
    pub choice: Option<Field>,
    /// Name of the honeypot, a field that people leave empty and robots fill in.
    pub honeypot: Option<String>,
    /// Name of the field for the URL of the page with the form; `None` if the provider does not record it.
    #[serde(skip)]
    pub source: Option<String>,
}

/// A field with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// Placeholder for the absolute URL of the thank-you page, which is known only once the site is assembled.
pub(super) const THANKS_URL_TOKEN: &str = "{thanks}";

impl SignUpMethod {
    /// Makes a sign-up by form.
    pub(super) fn of(form: Form) -> SignUpMethod {
        SignUpMethod::Form(Box::new(form))
    }
}

impl SignUp {
    /// Returns the form; `None` if readers sign up on a page of the provider.
    #[must_use]
    pub fn form(&self) -> Option<&Form> {
        match &self.method {
            SignUpMethod::Form(form) => Some(form.as_ref()),
            SignUpMethod::Page(_) => None,
        }
    }

    /// Returns the URL of the provider's page; `None` if there is a form.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        match &self.method {
            SignUpMethod::Form(_) => None,
            SignUpMethod::Page(address) => Some(address),
        }
    }
}

impl Form {
    /// Fills in the URLs: the thank-you page as a link and as an absolute URL, and the page with the form, if the
    /// provider records it.
    #[must_use]
    pub fn at(&self, thanks: &str, thanks_absolute: &str, from: Option<&str>) -> Form {
        let mut form = self.clone();
        if form.action.is_empty() {
            form.action = thanks.to_owned();
        }
        for field in &mut form.hidden {
            if field.value == THANKS_URL_TOKEN {
                field.value = thanks_absolute.to_owned();
            }
        }
        if let (Some(name), Some(from)) = (&self.source, from) {
            form.hidden.push(field(name, from));
        }
        form
    }

    /// Returns the form for several newsletters of this provider: without the field that selects this one and without
    /// its thank-you page. Newsletters whose combined forms are equal can share one. `None` if the provider accepts one
    /// newsletter at a time.
    #[must_use]
    pub fn combined(&self) -> Option<Form> {
        let choice = self.choice.as_ref()?;
        let mut form = Form { choice: None, ..self.clone() };
        form.hidden.retain(|field| field != choice && field.value != THANKS_URL_TOKEN);
        Some(form)
    }
}

pub(super) fn field(name: &str, value: &str) -> Field {
    Field { name: name.to_owned(), value: value.to_owned() }
}
