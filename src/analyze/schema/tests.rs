//! Many small migrations, and what of them a live release would feel.

use proptest::prelude::*;

use super::*;

/// Returns a migration whose `up()` and `down()` say this.
fn migration(up: &str, down: &str) -> String {
    format!(
        "<?php\nuse Illuminate\\Support\\Facades\\Schema;\nreturn new class extends Migration {{\n\
         public function up(): void {{\n{up}\n}}\npublic function down() {{\n{down}\n}}\n}};\n"
    )
}

/// Returns what is said of each deed, in one line.
fn told(text: &str) -> Vec<String> {
    deeds(text)
        .into_iter()
        .map(|deed| format!("{} {:?}", deed.table.unwrap_or_else(|| "?".to_owned()), deed.what))
        .collect()
}

fn in_table(code: &str) -> String {
    migration(&format!("Schema::table('orders', function (Blueprint $table) {{ {code} }});"), "")
}

#[test]
fn what_is_done_to_a_column_is_found() {
    let table: &[(&str, &str)] = &[
        ("$table->dropColumn('sku');", r#"orders DropColumns(["sku"])"#),
        ("$table->dropColumn(['a', \"b\"]);", r#"orders DropColumns(["a", "b"])"#),
        ("$table->dropColumn('a', 'b');", r#"orders DropColumns(["a", "b"])"#),
        ("$table?->dropColumn($names);", "orders DropColumns([])"),
        ("$table->dropSoftDeletes();", r#"orders DropColumns(["deleted_at"])"#),
        ("$table->dropTimestamps();", r#"orders DropColumns(["created_at", "updated_at"])"#),
        ("$table->dropMorphs('owner');", r#"orders DropColumns(["owner_type", "owner_id"])"#),
        ("$table->dropConstrainedForeignId('user_id');", r#"orders DropColumns(["user_id"])"#),
        ("$table->renameColumn('a', 'b');", r#"orders RenameColumn(["a", "b"])"#),
        ("$table->string('name', 50)->nullable()->change();", r#"orders ChangeColumn(Some("name"))"#),
        (
            "$table->decimal('total')->default(DB::raw('0'))->change();",
            r#"orders ChangeColumn(Some("total"))"#,
        ),
        ("$table->dropForeign(['user_id']);", r#"orders DropKey("a foreign key")"#),
        ("$table->dropUnique('orders_sku_unique');", r#"orders DropKey("a unique index")"#),
        ("$table->dropPrimary();", r#"orders DropKey("the primary key")"#),
        ("$table->dropIndex(['sku']);", r#"orders DropKey("an index")"#),
        ("$table->rename('purchases');", r#"orders Rename(Some("purchases"))"#),
        (
            "if (true) { foreach ([1] as $x) { $table->dropColumn('sku'); } }",
            r#"orders DropColumns(["sku"])"#,
        ),
    ];
    for (code, expected) in table {
        assert_eq!(told(&in_table(code)), [*expected], "{code}");
    }
}

#[test]
fn what_is_done_to_a_table_is_found() {
    let table: &[(&str, &str)] = &[
        ("Schema::drop('a');", "a Drop { if_exists: false }"),
        ("Schema::dropIfExists('a');", "a Drop { if_exists: true }"),
        ("\\Illuminate\\Support\\Facades\\Schema::drop(\"a\");", "a Drop { if_exists: false }"),
        ("Schema::rename('a', 'b');", r#"a Rename(Some("b"))"#),
        ("Schema::dropColumns('a', ['x', 'y']);", r#"a DropColumns(["x", "y"])"#),
        ("Schema::connection('tenant')->drop('a');", "a Drop { if_exists: false }"),
        ("$schema->drop('a');", "a Drop { if_exists: false }"),
        ("$this->schema->drop('a');", "a Drop { if_exists: false }"),
        ("DB::connection()->getSchemaBuilder()->drop('a');", "a Drop { if_exists: false }"),
        ("Schema::drop(config('shop.table'));", "? Drop { if_exists: false }"),
        ("Schema::drop($name . '_old');", "? Drop { if_exists: false }"),
        ("Schema::create('a', fn ($t) => $t->id());", "a Create"),
        ("Schema::table('a', fn ($t) => $t->dropColumn('x'));", r#"a DropColumns(["x"])"#),
        ("Schema::table(table: 'a', callback: fn ($t) => $t->dropColumn('x'));", r#"? DropColumns(["x"])"#),
        ("Schema::whenTableHasColumn('a', 'x', fn ($t) => $t->dropColumn('x'));", r#"a DropColumns(["x"])"#),
    ];
    for (code, expected) in table {
        assert_eq!(told(&migration(code, "")), [*expected], "{code}");
    }
}

#[test]
fn sql_that_takes_something_away_is_found() {
    let table: &[(&str, &str)] = &[
        ("'ALTER TABLE a DROP COLUMN b'", r#"a Statement("ALTER TABLE a DROP COLUMN b")"#),
        ("\"alter table `a` drop `b`\"", r#"a Statement("alter table `a` drop `b`")"#),
        (
            "\"ALTER TABLE \\\"a\\\" ALTER COLUMN b TYPE text\"",
            r#"a Statement("ALTER TABLE \"a\" ALTER COLUMN b TYPE text")"#,
        ),
        (
            "'ALTER TABLE shop.a MODIFY b INT, ADD c INT'",
            r#"a Statement("ALTER TABLE shop.a MODIFY b INT, ADD c INT")"#,
        ),
        (
            "\"ALTER TABLE {$this->table} CHANGE b c INT\"",
            r#"? Statement("ALTER TABLE {$this->table} CHANGE b c INT")"#,
        ),
        ("'ALTER TABLE ' . $table . ' RENAME TO b'", r#"? Statement("ALTER TABLE ? RENAME TO b")"#),
        ("'ALTER TABLE a DROP FOREIGN KEY a_b'", r#"a DropKey("a foreign key")"#),
        ("'ALTER TABLE a DROP INDEX a_b, DROP KEY c'", r#"a DropKey("an index")"#),
        ("'DROP TABLE IF EXISTS a'", "a Drop { if_exists: true }"),
        ("'-- gone\nDROP TABLE a'", "a Drop { if_exists: false }"),
        ("'RENAME TABLE a TO b'", r#"a Rename(Some("b"))"#),
        ("'DROP VIEW totals'", r#"? Statement("DROP VIEW totals")"#),
        ("<<<SQL\n  ALTER TABLE a\n    DROP COLUMN b\nSQL", r#"a Statement("ALTER TABLE a DROP COLUMN b")"#),
    ];
    for (sql, expected) in table {
        assert_eq!(told(&migration(&format!("DB::statement({sql});"), "")), [*expected], "{sql}");
        assert_eq!(told(&migration(&format!("DB::unprepared({sql});"), "")), [*expected], "{sql}");
    }
    let two = "DB::unprepared('ALTER TABLE a DROP b; DROP TABLE c');";
    assert_eq!(told(&migration(two, "")).len(), 2);
}

#[test]
fn what_only_adds_or_is_no_code_is_nothing() {
    for up in [
        "Schema::table('a', fn ($t) => $t->string('x')->nullable()->index());",
        "// Schema::drop('a');\n/* $table->dropColumn('x'); */ # DB::statement('DROP TABLE a')",
        "echo \"Schema::drop('a')\"; $sql = 'DROP TABLE a';",
        "DB::statement('ALTER TABLE a ADD COLUMN drop_reason TEXT, ADD type INT');",
        "DB::statement(\"ALTER TABLE a ADD `change` ENUM('DROP','RENAME')\");",
        "DB::statement('ALTER TABLE a ALTER COLUMN b DROP DEFAULT');",
        "DB::statement('ALTER TABLE a ENGINE=InnoDB'); DB::statement('CREATE INDEX i ON a (b)');",
        "DB::statement('UPDATE a SET b = 1 /* DROP TABLE a */');",
        "DB::table('a')->where('drop', 1)->update(['change' => 2]);",
        "Storage::disk('s')->rename('a', 'b'); $file->drop(); $x->change();",
        "if (Schema::hasColumn('a', 'b')) { return; }",
        "Schema::table('a', function ($t) { $t->renameIndex('x', 'y'); });",
    ] {
        assert_eq!(
            told(&migration(up, "Schema::drop('a'); DB::statement('DROP TABLE a');")),
            Vec::<String>::new(),
            "{up}"
        );
    }
    let inside = "Schema::create('a', function ($t) { $t->string('x')->change(); $t->dropColumn('y'); });";
    assert_eq!(told(&migration(inside, "")), ["a Create"]);
    for text in [
        "",
        "no php",
        "<?php",
        "<?php class A { function up( ",
        "<?php function up() { Schema::drop(",
        "<?php up();",
    ] {
        assert!(deeds(text).len() <= 1, "{text}");
    }
}

#[test]
fn names_and_methods_of_the_class_are_followed() {
    let class = |up: &str| {
        format!(
            "<?php\nclass OldStyle extends Migration {{\n protected $table = 'orders';\n const NAME = 'carts';\n\
             public function up() {{ {up} }}\n private function away() {{ Schema::drop(self::NAME); $this->away(); }}\n\
             public function down() {{ $this->never(); }}\n private function never() {{ Schema::drop('never'); }}\n}}\n"
        )
    };
    let dropped = class("Schema::table($this->table, fn ($t) => $t->dropColumn('x')); $this->away();");
    assert_eq!(told(&dropped), [r#"orders DropColumns(["x"])"#, "carts Drop { if_exists: false }"]);
    assert_eq!(told(&class("$name = 'one'; Schema::drop($name);")), ["one Drop { if_exists: false }"]);
    assert_eq!(told(&class("$n = 'one'; $n = 'two'; Schema::drop($n);")), ["? Drop { if_exists: false }"]);
}

#[test]
fn the_line_is_that_of_the_call() {
    let deeds = deeds(&migration("\nSchema::table('a', function ($t) {\n  $t->dropColumn('x');\n});", ""));
    assert_eq!(deeds.iter().map(|deed| deed.line).collect::<Vec<_>>(), [7]);
}

#[test]
fn migrations_are_known_by_their_place() {
    for path in [
        "database/migrations/2020_01_01_000000_a.php",
        "Modules/Blog/Database/Migrations/2020_a.php",
        "packages/shop/database/migrations/2020_a.php",
    ] {
        assert!(is_migration(path), "{path}");
    }
    for path in [
        "database/migrations/old/2020_a.php",
        "vendor/x/migrations/2020_a.php",
        "migrations/a.php",
        "a_b.php",
    ] {
        assert!(!is_migration(path), "{path}");
    }
}

proptest! {
    /// Whatever stands around it: a column that goes is found, and what `down()` says never counts.
    #[test]
    fn a_column_that_goes_is_found_among_anything(
        before in proptest::collection::vec(clean(), 0..5),
        after in proptest::collection::vec(clean(), 0..5),
        down in proptest::collection::vec(harmful(), 0..4),
    ) {
        let (before, after, down) = (before.concat(), after.concat(), down.concat());
        let up = |harm: &str| migration(&format!("{before}{harm}{after}"), &down);
        let is_harm = |deed: &Deed| deed.what != What::Create;
        prop_assert!(!deeds(&up("")).iter().any(is_harm), "{}", up(""));
        let found = deeds(&up("Schema::table('orders', fn ($t) => $t->dropColumn('sku'));\n"));
        prop_assert_eq!(found.iter().filter(|deed| is_harm(deed)).count(), 1);
    }

    /// No text can keep it from its end.
    #[test]
    fn any_text_is_read_to_its_end(text in "(<\\?php)?[ -~\\n]{0,200}") {
        let _ = deeds(&text);
    }

    #[test]
    fn any_order_of_parts_is_read_to_its_end(parts in proptest::collection::vec(piece(), 0..40)) {
        let _ = deeds(&format!("<?php function up() {{ {} }}", parts.concat()));
    }
}

fn clean() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "// Schema::drop('x');\n",
        "Schema::create('fresh', function ($t) { $t->id(); });\n",
        "Schema::table('orders', function ($t) { $t->string('note')->nullable()->after('id'); });\n",
        "DB::table('orders')->update(['sku' => 'a']);\n",
        "$text = <<<'END'\n} Schema::drop('x'); {\nEND;\n",
        "if (! Schema::hasTable('orders')) { return; }\n",
        "$f = function () { return ['drop' => \"{$x['y']}\"]; };\n",
    ])
}

fn harmful() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Schema::drop('orders');\n",
        "Schema::table('orders', fn ($t) => $t->dropColumn('note'));\n",
        "DB::statement('DROP TABLE orders');\n",
    ])
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Schema",
        "::",
        "table",
        "(",
        ")",
        "{",
        "}",
        "'a'",
        ",",
        "$t",
        "->",
        "dropColumn",
        "connection",
        ";",
        "=",
        "function",
        "up",
        "$this",
        "self",
        "\"{$a}\"",
        "statement",
        "'DROP TABLE a'",
        "getSchemaBuilder",
        "[",
        "]",
    ])
}
