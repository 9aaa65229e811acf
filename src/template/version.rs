//! The filter `at_least`: `source.packages['laravel/framework'] | at_least('12.1')`.

/// Tells whether a version is another one or a later one. What is no version, as `dev-main`, never is.
pub(super) fn at_least(version: &str, other: &str) -> bool {
    match (numbers(version), numbers(other)) {
        (Some(version), Some(other)) => version >= other,
        _ => false,
    }
}

/// Returns the numbers before the first sign of a pre-release; zeros at the end say nothing.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let version = version.trim().trim_start_matches('v');
    let version = version.split(['-', '+', '@']).next()?;
    let mut numbers: Vec<u64> = version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        for (version, other) in
            [("v12.9.0", "12.9"), ("12.10", "12.9.1"), ("v13.0.0-beta.1", "13"), ("12", "12.0.0")]
        {
            assert!(at_least(version, other), "{version} {other}");
        }
        for (version, other) in
            [("v11.99", "12"), ("12.0", "12.1"), ("dev-main", "1"), ("", "1"), ("9", "10"), ("12", "x")]
        {
            assert!(!at_least(version, other), "{version} {other}");
        }
    }
}
