//! What `artisan migrate:status` says, in the tables of Laravel 8 and the lines of later versions.

use super::Check;

const NAME: &str = "migrations";

/// Judges it. `wanted`: deploys migrate.
pub fn check(exit: i32, lines: &[String], wanted: bool, php: &str, stage: &str) -> Check {
    let pending: Vec<&str> = lines.iter().filter_map(|line| pending(line)).collect();
    let last = lines.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty()).unwrap_or_default();
    let run = format!("deployer exec {stage} -- {php} artisan migrate --force");
    if let Some(first) = pending.first() {
        let words = format!("{} pending, the first is {first}", pending.len());
        let check = if wanted { Check::fail(NAME, words) } else { Check::warn(NAME, words) };
        return check.next(run, "runs them; with several hosts on one of them: --host NAME");
    }
    if lines.iter().any(|line| line.to_lowercase().contains("migration table not found")) {
        let check = if wanted { Check::fail } else { Check::warn };
        return check(NAME, "nothing was ever migrated: the database has no table of migrations")
            .next(run, "migrates");
    }
    if exit != 0 {
        let run = format!("deployer exec {stage} -- {php} artisan migrate:status");
        return Check::fail(NAME, format!("the database does not tell: {last}"))
            .next(run, "all that it says");
    }
    Check::ok(NAME, "none is pending")
}

/// Returns the name of a migration that has not run.
fn pending(line: &str) -> Option<&str> {
    let is_name = |word: &&str| {
        word.len() > 18 && word.as_bytes().first().is_some_and(u8::is_ascii_digit) && word.contains('_')
    };
    let name = line.split(['|', ' ']).find(is_name)?;
    let table = line.trim_start().strip_prefix('|').map(str::trim_start);
    let has_not = match table {
        Some(row) => row.split('|').next().is_some_and(|ran| matches!(ran.trim(), "No" | "N")),
        None => line.trim_end().ends_with("Pending"),
    };
    has_not.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Verdict;

    fn judged(exit: i32, text: &str) -> (Verdict, String) {
        let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let check = check(exit, &lines, true, "php", "production");
        (check.verdict, check.words)
    }

    #[test]
    fn what_has_not_run_is_found_in_both_forms() {
        let table = "+------+---------------------------+-------+\n| Ran? | Migration | Batch |\n\
                     | Yes  | 2014_10_12_000000_create_users_table | 1 |\n\
                     | No   | 2026_01_02_000000_add_sku |       |";
        let words = "1 pending, the first is 2026_01_02_000000_add_sku".to_owned();
        assert_eq!(judged(0, table), (Verdict::Fail, words.clone()));
        let lines = "  Migration name .............. Batch / Status\n\
                     \x20 2014_10_12_000000_create_users_table ....... [1] Ran\n\
                     \x20 2026_01_02_000000_add_sku ......... Pending  \n";
        assert_eq!(judged(0, lines), (Verdict::Fail, words));
        assert_eq!(judged(0, "  2014_10_12_000000_create_users_table ....... [1] Ran").0, Verdict::Ok);
        assert_eq!(
            judged(1, "\n  SQLSTATE[HY000] [2002] Connection refused\n\n").1,
            "the database does not tell: SQLSTATE[HY000] [2002] Connection refused"
        );
        assert!(judged(1, "Migration table not found.").1.starts_with("nothing was ever migrated"));
    }
}
