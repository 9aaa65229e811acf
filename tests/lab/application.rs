//! The Laravel application of `tests/laravel`, as a developer has it in a repository.

use super::fixture;
use super::project::Project;

/// Makes a repository with the application, version `one`.
pub fn laravel(deploy_yml: &str, database: &str) -> Project {
    let project = Project::new();
    project.copy(&fixture("laravel"));
    project.init();
    // Beside the repository: it is not committed.
    project.write("../production.env", &settings(database));
    project.write("deploy.yml", deploy_yml);
    project.write("VERSION", "one\n");
    project.commit("One");
    project
}

/// Returns the text of an .env file.
pub fn settings(database: &str) -> String {
    let key = "base64:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    format!("APP_ENV=production\nAPP_KEY={key}\n{database}")
}

/// Returns the text of a migration with this body.
pub fn migration(body: &str) -> String {
    format!(
        "<?php\nuse Illuminate\\Database\\Migrations\\Migration;\nuse Illuminate\\Database\\Schema\\Blueprint;\n\
         use Illuminate\\Support\\Facades\\DB;\nuse Illuminate\\Support\\Facades\\Schema;\n\n\
         return new class extends Migration {{\n    public function up()\n    {{\n        {body}\n    }}\n}};\n"
    )
}
