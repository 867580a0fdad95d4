//! The fields of a form, of which some may come more than once.

use super::limits::MAX_BODY;
use crate::error::{Error, Result};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Bytes};
use futures::future::LocalBoxFuture;
use std::rc::Rc;

/// The fields of a form that was sent, by name, in the order in which they came. Clones share them.
#[derive(Clone)]
pub struct Fields(Rc<Vec<(String, String)>>);

impl Fields {
    /// No field at all, as of a form that is only a button.
    pub fn none() -> Self {
        Self(Rc::default())
    }

    /// The parameters of an address, which is what a form sends that only asks.
    pub fn of_query(text: &str) -> Self {
        Self(Rc::new(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()))
    }

    /// Every field and its value, as they came.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let name = name.to_owned();
        self.0.iter().filter(move |(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field, trimmed; `None` when it is missing or empty.
    pub fn given(&self, name: &str) -> Option<&str> {
        self.all(name).next().map(str::trim).filter(|value| !value.is_empty())
    }

    /// The value of a field, trimmed; empty when it is missing. A NUL, which no text in a database can hold, makes it
    /// empty as well.
    pub fn text(&self, name: &str) -> &str {
        self.given(name).filter(|value| !value.contains('\0')).unwrap_or_default()
    }
}

impl FromRequest for Fields {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, body) = (request.clone(), Bytes::from_request(request, payload));
        Box::pin(async move {
            let body = body.await.map_err(|error| match error.as_response_error().status_code().as_u16() {
                413 => Error::BodyTooLarge(MAX_BODY),
                _ => Error::Malformed("The form is incomplete. Load the page again.".into()),
            })?;
            let fields = Self(Rc::new(url::form_urlencoded::parse(&body).into_owned().collect()));
            // For a page that asks for the password before it goes on with them.
            request.extensions_mut().insert(fields.clone());
            Ok(fields)
        })
    }
}
