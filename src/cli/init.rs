//! `deployer init --ci`: the file that deploys from a CI system.
#![expect(clippy::disallowed_methods, reason = "the file is written")]

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::args::{CiSystem, Common, Init};
use super::fault::Fault;
use super::surroundings::Surroundings;
use super::wants_json;
use crate::config::{Config, Source};
use crate::report::refusal::print_next;
use crate::template::quote;
use crate::{event::Next, report::ci};

/// Writes the file.
///
/// # Errors
/// When no system is named, or the file is there already.
pub fn init(args: &Init, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let Some(system) = args.ci else { return Err(nothing_to_write(common, surroundings)) };
    let config = super::stage::open_or_first(args.stage.as_deref(), common, surroundings)?;
    let file = super::stage::file(common, surroundings)?;
    let top = top(&config.root);
    let folder = config.root.strip_prefix(&top).unwrap_or(Path::new(""));
    let project = project(&config, &folder.join(file.file_name().unwrap_or_default()))?;
    let (system, word, name) = match system {
        CiSystem::Github => (ci::System::Github, "github", ".github/workflows/deploy.yml"),
        CiSystem::Gitlab => (ci::System::Gitlab, "gitlab", ".gitlab-ci.yml"),
        CiSystem::Deployhq => (ci::System::Deployhq, "deployhq", ".deploybuild.yaml"),
    };
    let written = write(&top.join(name), &ci::text(system, &project), args.force);
    let again = format!("deployer init {} --ci {word} --force", project.stage);
    written.map_err(|unwritten| unwritten.fault(name, again))?;
    if wants_json(common) {
        super::answer(
            &serde_json::json!({ "file": name, "stage": project.stage, "branch": project.branch }),
        )?;
        return Ok(0);
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "Wrote {name}, which deploys {}. Its first lines say which secrets it needs.",
        project.stage
    )?;
    let next = [
        Next {
            run: format!("ssh-keygen -t ed25519 -N '' -C deploy@{} -f deploy_key", config.application),
            why: "a key for it alone; its .pub goes to the hosts, the other into DEPLOY_KEY".to_owned(),
        },
        Next { run: format!("git add :/{name} && git commit"), why: "and push".to_owned() },
    ];
    print_next(&mut out, &next, &surroundings.stdout(common))?;
    Ok(0)
}

/// Says what is missing when only `init` is typed.
fn nothing_to_write(common: &Common, surroundings: &Surroundings) -> Fault {
    let fault = Fault::usage("`deployer init` writes files for CI systems only: name one");
    let fault =
        fault.next("deployer init --ci github", ".github/workflows/deploy.yml; also gitlab, deployhq");
    match super::stage::file(common, surroundings) {
        Ok(_) => fault,
        Err(_) => fault.next("deployer recipes laravel", "what a recipe does; deploy.yml is written by hand"),
    }
}

/// Returns the top of the repository that a folder lies in, where CI systems look; else the folder.
fn top(folder: &Path) -> PathBuf {
    let top = folder.ancestors().find(|folder| folder.join(".git").exists());
    top.unwrap_or(folder).to_owned()
}

/// Returns what the file has to say of the project. `file` is deploy.yml from the top of the repository.
fn project(config: &Config, file: &Path) -> Result<ci::Project, Fault> {
    let branch = match &config.source {
        Source::Git { reference, .. } if reference != "HEAD" => reference.clone(),
        Source::Git { .. } | Source::Folder(_) => "main".to_owned(),
    };
    let file = file.display().to_string();
    for (what, name) in [("stage", &config.stage), ("branch", &branch), ("path", &file)] {
        if quote::word(name).as_ref() != Ok(name) {
            return Err(Fault::usage(format!(
                "the {what} `{name}` has signs that a CI file cannot hold: rename it"
            )));
        }
    }
    let has = |name: &str| config.root.join(name).is_file();
    let composer = std::fs::read_to_string(config.root.join("composer.json")).ok();
    Ok(ci::Project {
        stage: config.stage.clone(),
        branch,
        file: (file != "deploy.yml").then_some(file),
        php: has("composer.json").then(|| ci::php(composer.as_deref().unwrap_or_default())),
        node: has("package.json"),
    })
}

/// Why the file was not written.
enum Unwritten {
    /// There is one.
    Exists,
    /// It could not be.
    Failed(std::io::Error),
}

impl Unwritten {
    fn fault(self, name: &str, again: String) -> Fault {
        match self {
            Self::Exists => Fault::usage(format!("{name} is there already and is left as it is"))
                .next(again, "replaces it; look at `git diff` afterwards"),
            Self::Failed(error) => Fault::usage(format!("cannot write {name}: {error}")),
        }
    }
}

fn write(path: &Path, text: &str, force: bool) -> Result<(), Unwritten> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Unwritten::Failed)?;
    }
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    match options.open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map_err(Unwritten::Failed),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Unwritten::Exists),
        Err(error) => Err(Unwritten::Failed(error)),
    }
}
