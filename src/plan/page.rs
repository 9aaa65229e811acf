//! A page of a site, what must be there, and whether an answer is right.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A page of a site, and what must be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Its address.
    pub url: String,
    /// What must be there.
    pub expect: Expectation,
    /// How often it is asked for before it counts as wrong.
    pub tries: u32,
    /// Seconds that are waited for an answer.
    pub timeout: u64,
    /// Whether redirects are followed.
    pub follow: bool,
    /// A certificate that ends within this many days is told.
    pub certificate_days: Option<u32>,
    /// What to do about another answer, for a person.
    pub advice: String,
}

/// What must be there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// The answers that are right, as in 200.
    pub status: Vec<u16>,
    /// A text that must be in it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub contains: Option<String>,
    /// A text that must not be in it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lacks: Option<String>,
    /// Headers, in lower case, with their values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub headers: BTreeMap<String, String>,
    /// Milliseconds that it may take.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub within: Option<u64>,
}

/// What a site answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// As in 200 or 404.
    pub status: u16,
    /// Headers, in lower case.
    pub headers: BTreeMap<String, String>,
    /// The page, invalid UTF-8 replaced; its beginning, where it is long.
    pub text: String,
    /// Milliseconds that it took; `None`: it was not measured.
    pub took: Option<u64>,
}

impl Expectation {
    /// Returns what is wrong with an answer, in words that follow the name of the site.
    pub fn fault(&self, answer: &Answer) -> Option<String> {
        let Answer { status, headers, text, took } = answer;
        if !self.status.contains(status) {
            let to = headers.get("location").map(|to| format!(", which leads to {to}")).unwrap_or_default();
            return Some(format!("answers {status}{to}"));
        }
        if let Some(wanted) = self.contains.as_ref().filter(|wanted| !text.contains(wanted.as_str())) {
            return Some(format!("does not say `{wanted}`"));
        }
        if let Some(unwanted) = self.lacks.as_ref().filter(|unwanted| text.contains(unwanted.as_str())) {
            return Some(format!("says `{unwanted}`"));
        }
        let wrong = self.headers.iter().find(|(name, value)| headers.get(*name) != Some(value));
        if let Some((name, wanted)) = wrong {
            let found = headers.get(name).map_or("is not there".to_owned(), |found| format!("is `{found}`"));
            return Some(format!("has another header: {name} {found}, not `{wanted}`"));
        }
        match (self.within, took) {
            (Some(within), Some(took)) if *took > within => {
                Some(format!("takes {took} ms, more than the {within} ms that are allowed"))
            }
            _ => None,
        }
    }

    /// Says what must be there, for a plan.
    pub fn in_words(&self) -> String {
        let codes: Vec<String> = self.status.iter().map(u16::to_string).collect();
        let mut words = vec![codes.join(" or ")];
        words.extend(self.contains.as_ref().map(|text| format!("with `{text}`")));
        words.extend(self.lacks.as_ref().map(|text| format!("without `{text}`")));
        words.extend(self.headers.iter().map(|(name, value)| format!("with {name}: {value}")));
        words.extend(self.within.map(|within| format!("within {within} ms")));
        words.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Answer {
        let headers = [("content-type".to_owned(), "text/html".to_owned())].into();
        Answer { status: 200, headers, text: "All is well.\n".to_owned(), took: Some(300) }
    }

    fn fault(expect: Expectation, answer: &Answer) -> String {
        let expect =
            if expect.status.is_empty() { Expectation { status: vec![200], ..expect } } else { expect };
        expect.fault(answer).unwrap_or_default()
    }

    #[test]
    fn each_thing_that_is_wrong_is_said() {
        let of = |text: &str| Some(text.to_owned());
        let none = Expectation::default;
        let cases = [
            (Expectation { status: vec![204, 301], ..none() }, "answers 200"),
            (Expectation { contains: of("is well"), ..none() }, ""),
            (Expectation { contains: of("OK"), ..none() }, "does not say `OK`"),
            (Expectation { lacks: of("well"), ..none() }, "says `well`"),
            (Expectation { within: Some(300), ..none() }, ""),
            (
                Expectation { within: Some(299), ..none() },
                "takes 300 ms, more than the 299 ms that are allowed",
            ),
            (
                Expectation { headers: [("x-app".to_owned(), "shop".to_owned())].into(), ..none() },
                "has another header: x-app is not there, not `shop`",
            ),
            (
                Expectation {
                    headers: [("content-type".to_owned(), "text/plain".to_owned())].into(),
                    ..none()
                },
                "has another header: content-type is `text/html`, not `text/plain`",
            ),
        ];
        for (expect, expected) in cases {
            assert_eq!(fault(expect, &answer()), expected);
        }
    }

    #[test]
    fn a_redirect_is_told_with_where_it_leads() {
        let headers = [("location".to_owned(), "https://shop.example/login".to_owned())].into();
        let redirect = Answer { status: 302, headers, ..answer() };
        let expected = "answers 302, which leads to https://shop.example/login";
        assert_eq!(fault(Expectation::default(), &redirect), expected);
    }
}
