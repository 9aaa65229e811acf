//! How a `.env` says that the database is reached, for an application that is not there yet. What an
//! application makes of these keys is a matter of its configuration: only the plain case is taken.

use std::collections::BTreeMap;
use std::fmt;

use super::Settings;
use super::summary::has_value;

/// The keys of Laravel's default configuration, and what they are called for PHP.
const KEYS: [(&str, &str); 6] = [
    ("DB_HOST", "host"),
    ("DB_PORT", "port"),
    ("DB_SOCKET", "unix_socket"),
    ("DB_DATABASE", "database"),
    ("DB_USERNAME", "username"),
    ("DB_PASSWORD", "password"),
];

/// How a database is reached. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials(BTreeMap<&'static str, String>);

impl Credentials {
    /// Reads them; `None`: the file says nothing of a server, or not with these keys alone.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let values = Settings::read(bytes).ok()?.plain();
        let value = |key: &str| values.get(key).cloned().flatten().filter(|value| has_value(Some(value)));
        let port = match value("DB_CONNECTION")?.as_str() {
            "mysql" | "mariadb" => ("mysql", "3306"),
            "pgsql" => ("pgsql", "5432"),
            _ => return None,
        };
        if value("DB_URL").or(value("DATABASE_URL")).is_some() {
            return None;
        }
        value("DB_DATABASE").and(value("DB_USERNAME"))?;
        let mut settings: BTreeMap<&'static str, String> =
            [("driver", port.0), ("host", "127.0.0.1"), ("port", port.1), ("password", "")]
                .map(|(name, value)| (name, value.to_owned()))
                .into();
        settings.extend(KEYS.iter().filter_map(|(key, name)| Some((*name, value(key)?))));
        Some(Self(settings))
    }

    /// Returns them as JSON. It holds the password.
    pub fn json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_plain_case_is_taken() {
        let json = |text: &str| Credentials::of(text.as_bytes()).map(|credentials| credentials.json());
        let server = "DB_DATABASE=shop\nDB_USERNAME=ana\n";
        assert_eq!(
            json(&format!("DB_CONNECTION=mariadb\n{server}DB_PASSWORD=\"p\\\"a'#\"\nDB_HOST=db.example\n"))
                .unwrap(),
            r#"{"database":"shop","driver":"mysql","host":"db.example","password":"p\"a'#","port":"3306","username":"ana"}"#
        );
        assert!(json(&format!("DB_CONNECTION=pgsql\n{server}")).unwrap().contains("\"port\":\"5432\""));
        for other in [
            server.to_owned(),
            format!("DB_CONNECTION=sqlite\n{server}"),
            format!("DB_CONNECTION=mysql\n{server}DB_URL=mysql://a\n"),
            format!("DB_CONNECTION=mysql\n{server}A=not read because\n"),
            "DB_CONNECTION=mysql\nDB_DATABASE=shop\nDB_USERNAME=null\n".to_owned(),
        ] {
            assert_eq!(json(&other), None, "{other}");
        }
        let shown = format!("{:?}", Credentials::of(format!("DB_CONNECTION=mysql\n{server}").as_bytes()));
        assert!(!shown.contains("shop") && !shown.contains("ana"), "{shown}");
    }
}
