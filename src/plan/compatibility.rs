//! What pending migrations take away from the release that is live until the switch, and again after a
//! rollback: pure, from the release's files.

use std::collections::BTreeSet;

use super::inputs::Inputs;
use super::migrations;
use crate::analyze::schema::{Deed, Migration, What};

/// What the live release has to do without.
struct Loss<'a> {
    path: &'a str,
    line: u32,
    what: String,
    way: &'static str,
}

const DROP_LATER: &str = "first deploy code that does without, then drop it with a later deploy";
const MOVE: &str = "add the new one, deploy code that fills both, and drop the old one with a later deploy";
const WIDEN: &str = "where both releases cannot live with it, add a new column, deploy code that fills both, and drop the old one \
     with a later deploy";
const KEY: &str = "the live release may become slow, or miss a rule; drop it with a later deploy if it does";

/// Returns a line for each thing that a live release may miss; none where no release is live.
pub fn warnings(inputs: &Inputs<'_>) -> Vec<String> {
    if inputs.facts.values().all(|facts| facts.live().is_none())
        || migrations::first_install(inputs).is_some()
    {
        return Vec::new();
    }
    let pending = migrations::pending(inputs);
    losses(&pending, &known(inputs, &pending)).iter().map(told).collect()
}

fn told(loss: &Loss<'_>) -> String {
    let Loss { path, line, what, way } = loss;
    format!("{path}:{line} {what}, which the live release may still use, as after a rollback; {way}")
}

/// Returns the tables that migrations made before.
fn known<'a>(inputs: &Inputs<'a>, pending: &[&'a Migration]) -> BTreeSet<&'a str> {
    let is_pending = |migration: &Migration| pending.iter().any(|other| other.name == migration.name);
    let others = inputs.source.migrations.iter().filter(|migration| !is_pending(migration));
    others.flat_map(created).collect()
}

fn created(migration: &Migration) -> impl Iterator<Item = &str> {
    let is_new = |deed: &&Deed| deed.what == What::Create;
    migration.deeds.iter().filter(is_new).filter_map(|deed| deed.table.as_deref())
}

fn losses<'a>(pending: &[&'a Migration], known: &BTreeSet<&str>) -> Vec<Loss<'a>> {
    let made: BTreeSet<&str> = pending.iter().flat_map(|migration| created(migration)).collect();
    let mut fresh: BTreeSet<&str> = BTreeSet::new();
    let mut losses = Vec::new();
    for migration in pending {
        for deed in &migration.deeds {
            let table = deed.table.as_deref();
            if table.is_some_and(|table| fresh.contains(table)) {
                // What came into being with these migrations no release has used yet, whatever its name.
                if let What::Rename(Some(name)) = &deed.what {
                    fresh.insert(name);
                }
                continue;
            }
            if deed.what == What::Create {
                fresh.extend(table);
            }
            // It is made anew, and nothing says that it was there before.
            let is_anew = |table: &str| made.contains(table) && !known.contains(table);
            if deed.what != (What::Drop { if_exists: true }) || !table.is_some_and(is_anew) {
                losses.extend(loss(&migration.path, deed));
            }
        }
    }
    losses
}

fn loss<'a>(path: &'a str, deed: &Deed) -> Option<Loss<'a>> {
    let of = || deed.table.as_ref().map_or_else(String::new, |table| format!(" of {table}"));
    let table =
        || deed.table.as_ref().map_or_else(|| "a table".to_owned(), |table| format!("the table {table}"));
    let columns = |names: &[String]| match names {
        [] => format!("columns{}", of()),
        [one] => format!("the column {one}{}", of()),
        several => format!("the columns {}{}", several.join(", "), of()),
    };
    let (what, way) = match &deed.what {
        What::Create => return None,
        What::Drop { .. } => (format!("drops {}", table()), DROP_LATER),
        What::Rename(to) => {
            let to = to.as_ref().map_or_else(String::new, |to| format!(" to {to}"));
            (format!("renames {}{to}", table()), MOVE)
        }
        What::DropColumns(names) => (format!("drops {}", columns(names)), DROP_LATER),
        What::RenameColumn(names) => {
            let to = names.get(1).map_or_else(String::new, |to| format!(" to {to}"));
            (format!("renames {}{to}", columns(names.get(..1).unwrap_or_default())), MOVE)
        }
        What::ChangeColumn(name) => (format!("changes {}", columns(name.as_slice())), WIDEN),
        What::DropKey(key) => (format!("drops {key}{}", of()), KEY),
        What::Statement(sql) => (format!("runs `{sql}`"), DROP_LATER),
    };
    Some(Loss { path, line: deed.line, what, way })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::schema::deeds;

    fn migrations(ups: &[&str]) -> Vec<Migration> {
        let one = |(number, up): (usize, &&str)| Migration {
            name: format!("{number}"),
            path: format!("{number}.php"),
            deeds: deeds(&format!("<?php\nclass A {{ function up() {{ {up} }} }}")),
        };
        ups.iter().enumerate().map(one).collect()
    }

    fn found(ups: &[&str], known: &[&str]) -> Vec<String> {
        let all = migrations(ups);
        let pending: Vec<_> = all.iter().collect();
        let losses = losses(&pending, &known.iter().copied().collect());
        losses.into_iter().map(|loss| format!("{}:{} {}", loss.path, loss.line, loss.what)).collect()
    }

    #[test]
    fn tables_that_came_into_being_with_the_same_migrations_do_not_count() {
        let create = "Schema::create('a', fn ($t) => $t->id());";
        for later in [
            "Schema::drop('a');",
            "Schema::table('a', fn ($t) => $t->dropColumn('x'));",
            "DB::statement('ALTER TABLE a DROP COLUMN x');",
            "Schema::rename('a', 'b'); Schema::drop('b');",
        ] {
            assert_eq!(found(&[create, later], &[]), Vec::<String>::new(), "{later}");
            assert!(!found(&[later, create], &["a"]).is_empty(), "{later}");
        }
    }

    #[test]
    fn a_table_that_is_made_anew_counts_only_where_it_was_there() {
        let anew = "Schema::dropIfExists('a'); Schema::create('a', fn ($t) => $t->id());";
        assert_eq!(found(&[anew], &[]), Vec::<String>::new());
        assert_eq!(found(&[anew], &["a"]), ["0.php:2 drops the table a"]);
    }

    #[test]
    fn each_loss_is_told_in_words() {
        let table = |code: &str| format!("Schema::table('a', fn ($t) => $t->{code});");
        for (up, expected) in [
            (table("dropColumn(['x', 'y'])"), "drops the columns x, y of a"),
            (table("dropColumn($names)"), "drops columns of a"),
            (table("renameColumn('x', 'y')"), "renames the column x of a to y"),
            (table("string('x')->change()"), "changes the column x of a"),
            (table("dropForeign(['x'])"), "drops a foreign key of a"),
            ("Schema::drop(name());".to_owned(), "drops a table"),
            ("Schema::rename('a', 'b');".to_owned(), "renames the table a to b"),
            ("DB::statement('ALTER TABLE a DROP x');".to_owned(), "runs `ALTER TABLE a DROP x`"),
        ] {
            assert_eq!(found(&[&up], &[]), [format!("0.php:2 {expected}")]);
        }
    }
}
