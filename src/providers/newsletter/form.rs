//! What a reader fills in to sign up: the fields of a form that works without JavaScript, and what goes with them.

use serde::Serialize;

/// How readers come onto a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// The provider's name, as readers may read it.
    pub provider: &'static str,
    /// What they do for it.
    pub method: SignUpMethod,
    /// Whether the provider sends a mail with a link, and puts on the list who follows it.
    pub confirms: bool,
    /// What the provider puts the address for leaving the list in the place of, in the mails that it sends.
    pub unsubscribe: Option<String>,
}

/// What readers do to sign up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignUpMethod {
    /// They fill in a form of the site.
    Form(Box<Form>),
    /// They go to a page of the provider's, which has no form that others may show.
    Page(String),
}

/// A form that works without JavaScript.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Form {
    /// Where it posts to; empty for the list's own thank-you page.
    pub action: String,
    /// Further attributes of the form element.
    pub attributes: Vec<Field>,
    /// The name of the field for the address.
    pub email: String,
    /// The most characters of an address.
    pub email_limit: usize,
    /// The name of the field for the reader's name, or first name, when it is asked for.
    pub name: Option<String>,
    /// The name of the field for the last name, when it is asked for.
    pub last_name: Option<String>,
    /// The most characters of a name.
    pub name_limit: usize,
    /// Fields that readers do not see.
    pub hidden: Vec<Field>,
    /// The one of them that says which list it is, where a form for several lists has tick boxes instead.
    pub choice: Option<Field>,
    /// The name of a field that people leave empty and robots fill.
    pub honeypot: Option<String>,
    /// The name of a field that takes the page on which the form stands.
    #[serde(skip)]
    pub source: Option<String>,
}

/// A name and a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Stands for the thank-you page's absolute URL until the site is known.
pub(super) const THANKS_URL_TOKEN: &str = "{thanks}";

impl SignUpMethod {
    /// By a form.
    pub(super) fn of(form: Form) -> SignUpMethod {
        SignUpMethod::Form(Box::new(form))
    }
}

impl SignUp {
    /// The form, if there is one.
    #[must_use]
    pub fn form(&self) -> Option<&Form> {
        match &self.method {
            SignUpMethod::Form(form) => Some(form.as_ref()),
            SignUpMethod::Page(_) => None,
        }
    }

    /// The provider's page, if readers sign up there.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        match &self.method {
            SignUpMethod::Form(_) => None,
            SignUpMethod::Page(address) => Some(address),
        }
    }
}

impl Form {
    /// The form with the address of the thank-you page in its place, as a link and as an absolute URL, and with the
    /// page that it stands on, if the list wants to know.
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

    /// The form for several lists of which this is one: without what says which list it is, and without the way to
    /// the thank-you page of this one. Lists whose joint forms are equal can share one. `None` when the provider takes
    /// one list at a time.
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
