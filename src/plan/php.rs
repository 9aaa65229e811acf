//! Whether a PHP is one that composer.json asks for. Composer's own rules decide in the build; this
//! finds a host's PHP that cannot run the release before anything is sent there.

/// Tells whether a version satisfies a constraint of composer.json; `None`: it cannot be read.
pub fn allows(constraint: &str, version: &str) -> Option<bool> {
    let version = Version::parse(version)?;
    let mut any = false;
    for alternative in
        constraint.split("||").flat_map(|part| part.split('|')).filter(|part| !part.trim().is_empty())
    {
        let mut all = true;
        for part in alternative.split([' ', ',']).map(str::trim).filter(|part| !part.is_empty()) {
            all &= part_allows(part, &version)?;
        }
        any |= all;
    }
    Some(any)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version([u32; 3]);

impl Version {
    /// Reads `8.2`, `8.2.29`, `8.2.29-1+deb12u1`.
    fn parse(text: &str) -> Option<Self> {
        let numbers = text.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
        let mut version = [0; 3];
        for (place, number) in numbers.split('.').take(3).enumerate() {
            version[place] = number.parse().ok()?;
        }
        Some(Self(version))
    }

    /// Returns the first version in which the number at that place is higher.
    fn above(self, place: usize) -> Self {
        let mut next = [0; 3];
        next[..=place].copy_from_slice(&self.0[..=place]);
        next[place] += 1;
        Self(next)
    }
}

fn part_allows(part: &str, version: &Version) -> Option<bool> {
    if part == "*" {
        return Some(true);
    }
    let digits = part.find(|c: char| c.is_ascii_digit())?;
    let (sign, number) = part.split_at(digits);
    let bound = Version::parse(number.trim_end_matches(".*"))?;
    let given = number.trim_end_matches(".*").split('.').count().min(3);
    Some(match sign {
        ">=" => *version >= bound,
        ">" => *version > bound,
        "<" => *version < bound,
        "<=" => *version <= bound,
        "!=" => *version != bound,
        "^" => *version >= bound && *version < bound.above(0),
        "~" => *version >= bound && *version < bound.above(given.saturating_sub(2)),
        "" | "=" | "==" if number.ends_with(".*") => *version >= bound && *version < bound.above(given - 1),
        "" | "=" | "==" => given < 3 && version.0[..given] == bound.0[..given] || *version == bound,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_read_as_composer_reads_them() {
        for (constraint, version, expected) in [
            ("^8.1", "8.2.29", Some(true)),
            ("^8.3", "8.2.29", Some(false)),
            ("^7.3|^8.0", "8.2.29", Some(true)),
            ("^7.3 || ^8.3", "8.2.29", Some(false)),
            (">=7.4", "8.2.29-1+deb12u1", Some(true)),
            (">=7.4 <8.2", "8.2.0", Some(false)),
            (">=7.4,<8.3", "8.2.0", Some(true)),
            ("~8.1", "8.9.0", Some(true)),
            ("~8.1.3", "8.2.0", Some(false)),
            ("8.2.*", "8.2.7", Some(true)),
            ("8.1.*", "8.2.7", Some(false)),
            ("*", "8.2.7", Some(true)),
            ("dev-main", "8.2.7", None),
        ] {
            assert_eq!(allows(constraint, version), expected, "{constraint} {version}");
        }
    }
}
