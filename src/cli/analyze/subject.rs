//! What is looked at: the working copy, or what a stage would release.

use std::path::{Path, PathBuf};

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::preparation::{Look, of_stage};
use super::super::stage;
use super::super::surroundings::Surroundings;
use crate::analyze::{self, Files, Machine};
use crate::config::{Config, Source};
use crate::facts::Facts;
use crate::package::{self, working_copy::WorkingCopy};
use crate::plan::preflight;

/// What is looked at.
pub struct Subject {
    /// The name of the application.
    pub application: String,
    /// What it is, for persons.
    pub name: String,
    /// The files.
    pub files: Files,
    /// Where they are, when it is a working copy.
    pub copy: Option<WorkingCopy>,
    /// The folder that `deployer.lock` is written to.
    pub folder: PathBuf,
    /// Whether a step of the deploy seeds the database.
    pub seeds: bool,
    /// The command that is Composer.
    pub composer: String,
    /// The hosts.
    pub hosts: Vec<(String, Machine)>,
}

impl Subject {
    /// Looks at what a stage would release, and at its hosts.
    ///
    /// # Errors
    /// When deploy.yml is wrong, or a host does not answer.
    pub async fn of_stage(name: &str, common: &Common, surroundings: &Surroundings) -> Result<Self, Fault> {
        let preparation = of_stage(name, Look::HostsAndSource, common, surroundings).await?;
        let resolved = preparation.resolved.as_ref().expect("a look at the source finds it");
        let read = package::read(resolved, analyze::is_read).await;
        let files = read.map_err(|error| Fault::because(&error))?;
        let config = &preparation.config;
        let machine = |facts: &Facts| Machine {
            php: facts.php.as_ref().map(|php| php.version.clone()),
            extensions: facts.php_extensions.clone(),
            ..Machine::default()
        };
        // Of a host whose recipe runs no PHP nobody has asked for it.
        let hosts = config.hosts.iter().filter(|host| preflight::program(host).is_some());
        let hosts = hosts
            .filter_map(|host| Some((host.name.to_string(), machine(preparation.facts.get(&host.name)?))));
        let commit =
            resolved.revision.commit.as_deref().and_then(|commit| commit.get(..7)).unwrap_or_default();
        let name = format!("{name}, {} {commit}", resolved.revision.reference);
        let hosts = hosts.collect();
        Ok(Self { files, hosts, ..Self::of_config(config, name.trim_end().to_owned()) })
    }

    /// Looks at the working copy that deploy.yml, or the working directory, is in.
    ///
    /// # Errors
    /// When there is none.
    pub async fn of_working_copy(common: &Common, surroundings: &Surroundings) -> Result<Self, Fault> {
        let mut subject = match stage::file(common, surroundings) {
            Ok(_) => {
                let config = stage::open_or_first(None, common, surroundings)?;
                let mut subject = Self::of_config(&config, "working copy".to_owned());
                let source = match &config.source {
                    Source::Folder(folder) => folder.as_path(),
                    Source::Git { repository, .. } => Path::new(repository),
                };
                // What is behind an address is nobody's working copy; deploy.yml's own folder may be.
                subject.folder = config.root.join(source).canonicalize().unwrap_or(config.root);
                subject
            }
            // Without deploy.yml there is still something to look at.
            Err(error) if common.file.is_some() => return Err(error),
            Err(_) => Self::of_folder(surroundings),
        };
        subject.copy = Some(WorkingCopy::new(&subject.folder));
        subject.read_again().await?;
        Ok(subject)
    }

    fn of_config(config: &Config, name: String) -> Self {
        let composer = config.hosts.iter().find_map(|host| host.vars.get("composer")?.as_str());
        Self {
            application: config.application.clone(),
            name,
            files: Files::default(),
            copy: None,
            folder: config.root.clone(),
            seeds: super::need::seeds(config),
            composer: composer.unwrap_or("composer").to_owned(),
            hosts: Vec::new(),
        }
    }

    fn of_folder(surroundings: &Surroundings) -> Self {
        let folder = surroundings.directory.clone();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self {
            application: name,
            name: "working copy".to_owned(),
            files: Files::default(),
            copy: None,
            folder,
            seeds: false,
            composer: "composer".to_owned(),
            hosts: Vec::new(),
        }
    }

    /// Reads the files of a working copy, as they are now. A folder that git does not know is read as it is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn read_again(&mut self) -> Result<(), Fault> {
        let Some(copy) = &self.copy else { return Ok(()) };
        if let Ok(files) = copy.read(analyze::is_read).await
            && files.paths().next().is_some()
        {
            self.files = files;
            return Ok(());
        }
        self.copy = None;
        let source = Source::Folder(self.folder.clone());
        let because = |error| Fault::because(&error);
        let resolved = package::resolve(&source, &self.folder, &self.folder).await.map_err(because)?;
        self.files = package::read(&resolved, analyze::is_read).await.map_err(because)?;
        self.name = "folder, not known to git".to_owned();
        Ok(())
    }
}
