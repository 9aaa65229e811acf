//! Whether an application reaches its database with the settings that it has.

use serde::{Deserialize, Serialize};

/// What the attempt to connect gave. No text has a password in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Database {
    /// It answers.
    Reached {
        /// As PHP calls it: `mysql`, `pgsql`, `sqlite`.
        driver: String,
        /// How many tables and views it has.
        tables: u64,
    },
    /// It does not, or refuses: what the driver says.
    Refused(String),
    /// Nobody could try: why.
    Untried(String),
}

/// The exit code of a program that does not know where an application keeps its settings.
const UNKNOWN: u8 = 3;
/// The exit codes of a program that was ended because it took too long.
const ENDED: [u8; 2] = [124, 137];

impl Database {
    /// Reads an exit code and a line, as `0 ok mysql 24`; `None`: there is nothing to be said.
    pub(super) fn read(value: &str) -> Option<Self> {
        let (code, text) = value.split_once(' ').unwrap_or((value, ""));
        let code: u8 = code.parse().ok()?;
        if code == 0 {
            let (driver, tables) = text.strip_prefix("ok ")?.split_once(' ')?;
            return Some(Self::Reached { driver: driver.to_owned(), tables: tables.parse().ok()? });
        }
        // The driver's own words begin so; what else fails is the application's.
        let is_refusal = text.starts_with("SQLSTATE[") || text.starts_with("PHP has no pdo_");
        Some(match code {
            UNKNOWN => return None,
            code if ENDED.contains(&code) => Self::Untried("it did not answer in time".to_owned()),
            1 if is_refusal => Self::Refused(text.to_owned()),
            code if text.is_empty() => Self::Untried(format!("PHP ended with {code}")),
            _ => Self::Untried(text.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_driver_s_own_words_are_a_refusal() {
        let refused = "SQLSTATE[HY000] [1045] Access denied for user 'ana'@'localhost' (using password: YES)";
        for (value, expected) in [
            ("0 ok mysql 24", Some(Database::Reached { driver: "mysql".to_owned(), tables: 24 })),
            (&format!("1 {refused}"), Some(Database::Refused(refused.to_owned()))),
            (
                "1 Class \"App\\Shop\" not found",
                Some(Database::Untried("Class \"App\\Shop\" not found".to_owned())),
            ),
            ("3 it is not known where", None),
            ("137 ", Some(Database::Untried("it did not answer in time".to_owned()))),
            ("255 ", Some(Database::Untried("PHP ended with 255".to_owned()))),
            ("0 hello", None),
        ] {
            assert_eq!(Database::read(value), expected, "{value}");
        }
    }
}
