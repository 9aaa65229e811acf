//! Version constraints, as Composer and as npm read them. What neither writes in numbers (branches, tags,
//! addresses) is not judged.

/// Whose constraints they are: the two read `~1.2` and `1.2` differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Composer's.
    Composer,
    /// npm's, pnpm's and yarn's.
    Npm,
}

/// A version of up to three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version([u32; 3]);

impl Version {
    /// Reads `8.2`, `v8.2.29`, `8.2.29-1+deb12u1`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let numbers = text.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
        let mut version = [0; 3];
        for (place, number) in numbers.trim_end_matches('.').split('.').take(3).enumerate() {
            version[place] = number.parse().ok()?;
        }
        Some(Self(version))
    }

    /// Returns the first number, as the `8` of 8.2.1.
    pub const fn major(self) -> u32 {
        self.0[0]
    }

    /// Returns the first two numbers, as `8.2`.
    pub fn minor(self) -> String {
        format!("{}.{}", self.0[0], self.0[1])
    }

    /// Returns the first version in which the number at that place is higher.
    fn above(self, place: usize) -> Self {
        let mut next = [0; 3];
        next[..=place].copy_from_slice(&self.0[..=place]);
        next[place] = next[place].saturating_add(1);
        Self(next)
    }
}

impl std::fmt::Display for Version {
    /// Writes it without the zero at its end: `8.2`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            [major, minor, 0] => write!(f, "{major}.{minor}"),
            [major, minor, patch] => write!(f, "{major}.{minor}.{patch}"),
        }
    }
}

/// Tells whether a version satisfies a constraint; `None`: it cannot be read.
pub fn allows(dialect: Dialect, constraint: &str, version: &str) -> Option<bool> {
    if dialect == Dialect::Npm && version.contains('-') {
        // What a prerelease satisfies is a matter of its own.
        return (constraint.trim() == version).then_some(true);
    }
    let version = Version::parse(version)?;
    let alternatives = constraint.replace("||", "|");
    let mut any = false;
    for alternative in alternatives.split('|') {
        let mut all = true;
        for part in parts(alternative) {
            all &= part_allows(dialect, &part, version)?;
        }
        any |= all;
    }
    Some(any)
}

/// Returns the lowest version that all constraints allow; `None`: there is none, or it cannot be told.
pub fn lowest(dialect: Dialect, constraints: &[&str]) -> Option<Version> {
    let number = |c: char| c.is_ascii_digit() || c == '.';
    let mentioned = constraints.iter().flat_map(|constraint| constraint.split(|c| !number(c)));
    let mut candidates: Vec<Version> =
        mentioned.filter(|part| !part.is_empty()).filter_map(Version::parse).collect();
    candidates.sort_unstable();
    let all = |version: &Version| {
        let Version([major, minor, patch]) = version;
        let text = format!("{major}.{minor}.{patch}");
        constraints.iter().all(|constraint| allows(dialect, constraint, &text) == Some(true))
    };
    candidates.into_iter().find(all)
}

/// Cuts what must hold together: `>= 1.2, <2`, `1.0 - 2.0`.
fn parts(text: &str) -> Vec<String> {
    if let Some((low, high)) = text.split_once(" - ") {
        // A range up to 2.0 takes in all of 2.0.*.
        let high = high.trim();
        let sign = if high.split('.').count() < 3 { "<=~" } else { "<=" };
        return vec![format!(">={}", low.trim()), format!("{sign}{high}")];
    }
    let mut parts: Vec<String> = Vec::new();
    for word in text.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        match parts.last_mut() {
            Some(sign) if sign.chars().all(|c| "<>=!^~".contains(c)) => sign.push_str(word),
            _ => parts.push(word.to_owned()),
        }
    }
    parts
}

fn part_allows(dialect: Dialect, part: &str, version: Version) -> Option<bool> {
    let part = part.split('@').next().unwrap_or(part);
    if matches!(part, "*" | "x" | "X" | "") {
        return Some(true);
    }
    let digits = part.find(|c: char| c.is_ascii_digit())?;
    let (sign, number) = part.split_at(digits);
    let bound = Version::parse(number)?;
    let number = number.split(['-', '+']).next().unwrap_or(number);
    let wild = number.ends_with(['*', 'x', 'X']);
    let given = number.split('.').filter(|part| part.parse::<u32>().is_ok()).count().clamp(1, 3);
    let within = |place: usize| version >= bound && version < bound.above(place);
    Some(match sign.trim_end_matches('v') {
        ">=" => version >= bound,
        ">" if given < 3 && dialect == Dialect::Npm => version >= bound.above(given - 1),
        ">" => version > bound,
        "<" => version < bound,
        "<=~" => version < bound.above(given - 1),
        "<=" if given < 3 && dialect == Dialect::Npm => version < bound.above(given - 1),
        "<=" => version <= bound,
        "!=" | "<>" if wild => !within(given - 1),
        "!=" | "<>" => version != bound,
        "^" => within(caret(bound, given)),
        "~" if dialect == Dialect::Npm => within(1.min(given - 1)),
        "~" => within(given.saturating_sub(2)),
        "" | "=" | "==" if wild || given < 3 && dialect == Dialect::Npm => within(given - 1),
        "" | "=" | "==" => version == bound,
        _ => return None,
    })
}

/// Returns the place of the number that `^` keeps: the first that is not zero.
fn caret(bound: Version, given: usize) -> usize {
    let Version(numbers) = bound;
    numbers.iter().take(given).position(|number| *number > 0).unwrap_or(given - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_read_as_each_program_reads_them() {
        use Dialect::{Composer, Npm};
        for (dialect, constraint, version, expected) in [
            (Composer, ">= 8.1", "8.2.29", Some(true)),
            (Composer, ">=7.2.5 <8.0 || ^8.3", "8.2.0", Some(false)),
            (Composer, "<8.5-dev", "8.4.1", Some(true)),
            (Composer, "8.1 - 8.3", "8.3.9", Some(true)),
            (Composer, "8.1.0 - 8.3.1", "8.3.2", Some(false)),
            (Composer, "~8", "8.4.0", Some(true)),
            (Composer, "~1.2", "1.9.0", Some(true)),
            (Composer, "1.2", "1.2.1", Some(false)),
            (Composer, "^0.3", "0.4.0", Some(false)),
            (Composer, "^0.3", "0.3.9", Some(true)),
            (Composer, "8.*", "v8.4.0", Some(true)),
            (Composer, "^1.0@dev", "1.4.0", Some(true)),
            (Composer, "dev-main", "1.4.0", None),
            (Npm, "~1.2", "1.9.0", Some(false)),
            (Npm, "1.2", "1.2.1", Some(true)),
            (Npm, "^0.2.3", "0.2.9", Some(true)),
            (Npm, "^0.0.3", "0.0.4", Some(false)),
            (Npm, "^18.0.0 || >=20", "21.1.0", Some(true)),
            (Npm, ">=16 <=18", "18.19.0", Some(true)),
            (Npm, "^20.19.0 || >=22.12.0", "22.1.0", Some(false)),
            (Npm, "1.x", "1.5.0", Some(true)),
            (Npm, "latest", "1.5.0", None),
            (Npm, "^5.0.0", "5.1.0-beta.1", None),
        ] {
            assert_eq!(allows(dialect, constraint, version), expected, "{constraint} {version}");
        }
        assert_eq!(
            lowest(Composer, &["^7.3|^8.0", ">=8.1.2", "*"]).map(|low| low.to_string()).as_deref(),
            Some("8.1.2")
        );
        assert_eq!(lowest(Composer, &["^7.3", "^8"]), None);
    }
}
