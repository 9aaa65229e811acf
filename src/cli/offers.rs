//! Asking the places to build in what they have: the builder, and this machine.

use std::collections::BTreeMap;
use std::path::Path;

use minijinja::context;

use super::hosts::{Reach, target};
use super::surroundings::Surroundings;
use crate::build::composer::Composer;
use crate::build::manifest::{ManifestError, Manifests};
use crate::build::node::Node;
use crate::build::offer::{Obstacle, Offer, Place};
use crate::build::toolchain::Toolchain;
use crate::build::{Build, Wanted, choose};
use crate::config::build::BUILDER;
use crate::config::{Config, HostConfig, On, Site};
use crate::execute::member::Member;
use crate::execute::session::{Identity, Session};
use crate::package::{Resolved, WorkArea, build_files};
use crate::plan::Phase;
use crate::secret::redact::Redactor;
use crate::secret::{SecretName, SecretValue};
use crate::template::Engine;
use crate::transport::local::{Environment, Local};
use crate::transport::{Connection, ssh};

const TOOLCHAIN: &str = include_str!("../../templates/toolchain.sh");

/// Who asks.
pub struct Asking<'a> {
    /// The stage.
    pub config: &'a Config,
    /// The user's machine.
    pub surroundings: &'a Surroundings,
    /// The values of secrets, for a password.
    pub secrets: &'a BTreeMap<SecretName, SecretValue>,
    /// Whose run it is.
    pub identity: &'a Identity,
    /// Takes secrets out of what is printed.
    pub redactor: &'a Redactor,
}

impl<'a> From<&Reach<'a>> for Asking<'a> {
    fn from(reach: &Reach<'a>) -> Self {
        let Reach { config, surroundings, secrets, identity, redactor, .. } = *reach;
        Self { config, surroundings, secrets, identity, redactor }
    }
}

/// The command that is meant where nobody names one, and what it is called where there are two.
const COMPOSERS: [&str; 2] = ["composer", "composer2"];

impl Asking<'_> {
    /// Returns how a release is built, and the builder where it is built there.
    ///
    /// # Errors
    /// When a file that tells how to build cannot be read.
    pub async fn build(&self, resolved: &Resolved) -> Result<(Build, Option<Member>), ManifestError> {
        let wanted = self.wanted(resolved).await?;
        let builds = |step: &crate::config::StepConfig| step.phase == Phase::Build && step.on == On::Builder;
        let on = &self.config.build.on;
        let is_elsewhere = on.contains(&Site::Builder) && resolved.is_commit();
        if !(wanted.is_any() || is_elsewhere && self.config.steps.iter().any(builds)) {
            return Ok((Build::default(), None));
        }
        let (mut offers, mut builder) = (Vec::new(), None);
        for site in on {
            let offer = match (site, &self.config.build.builder) {
                (Site::Builder, Some(host)) if resolved.is_commit() => {
                    let (offer, member) = self.of_builder(host, &wanted).await;
                    builder = member;
                    offer
                }
                // A folder is built where it is.
                (Site::Builder, _) => continue,
                (Site::Local, _) => self.of_this_machine(&wanted).await,
            };
            let is_enough = choose(&wanted, std::slice::from_ref(&offer)).problems.is_empty();
            offers.push(offer);
            if is_enough {
                break;
            }
        }
        if offers.is_empty() {
            offers.push(self.of_this_machine(&wanted).await);
        }
        let build = choose(&wanted, &offers);
        let builder = builder.filter(|_| build.place != Place::Here);
        Ok((build, builder))
    }

    /// Returns what the steps of this stage ask for: those that are switched off ask for nothing.
    async fn wanted(&self, resolved: &Resolved) -> Result<Wanted, ManifestError> {
        let manifests = Manifests(build_files(resolved).await);
        let names = |name: &str| {
            let in_step = |step: &crate::config::StepConfig| {
                step.run.text.contains(name)
                    || step.when.as_ref().is_some_and(|when| when.text.contains(name))
            };
            self.config.steps.iter().any(in_step)
        };
        let composer = if names("build.composer") { Composer::of(&manifests, &resolved.tree)? } else { None };
        let node = if names("build.install") || names("build.script") {
            Node::of(&manifests, &resolved.tree)?
        } else {
            None
        };
        let php = match manifests.json("composer.json")? {
            Some(json) => {
                json.pointer("/require/php").and_then(|php| php.as_str()).or(Some("*")).map(str::to_owned)
            }
            None => None,
        };
        let insists = self.composer().is_some();
        Ok(Wanted { composer, insists, node, php, cache: self.config.build.cache.clone() })
    }

    /// Returns the Composer that the user names.
    fn composer(&self) -> Option<&str> {
        let named = self.config.hosts.iter().find_map(|host| host.vars.get("composer")?.as_str());
        named.filter(|name| *name != COMPOSERS[0])
    }

    fn script(&self, wanted: &Wanted, work_dir: &str, root: Option<&Path>) -> Result<String, Obstacle> {
        let composers: Vec<String> = match self.composer() {
            // A path of deploy.yml starts at deploy.yml; elsewhere nobody knows that folder.
            Some(path) if path.contains('/') && !path.starts_with(['/', '~']) => {
                vec![root.map_or_else(|| path.to_owned(), |root| root.join(path).display().to_string())]
            }
            Some(name) => vec![name.to_owned()],
            None if wanted.composer.is_none() => Vec::new(),
            None => COMPOSERS.map(str::to_owned).to_vec(),
        };
        let below_home = (!work_dir.starts_with('/')).then(|| work_dir.trim_start_matches("~/"));
        let work_dir = if below_home.is_some() { "" } else { work_dir };
        let values = context! { work_dir, below_home => below_home.unwrap_or_default(), composers, programs => wanted.programs() };
        let rendered = Engine::new().shell("toolchain.sh", TOOLCHAIN, &values);
        rendered.map(|rendered| rendered.text).map_err(|error| Obstacle::new(error.to_string(), ""))
    }

    async fn of_this_machine(&self, wanted: &Wanted) -> Offer {
        let work_dir = WorkArea::below(&self.surroundings.cache).display().to_string();
        let local = Local { directory: None, environment: Environment::Inherited, variables: Vec::new() };
        let answer = match self.script(wanted, &work_dir, Some(&self.config.root)) {
            Ok(script) => self.ask(&Connection::Local(local), &script).await.map(|(toolchain, _)| toolchain),
            Err(obstacle) => Err(obstacle),
        };
        Offer { place: Place::Here, answer }
    }

    async fn of_builder(&self, host: &HostConfig, wanted: &Wanted) -> (Offer, Option<Member>) {
        let target = target(self.config, host, self.surroundings, self.secrets);
        let connection = match ssh::connect(&target).await {
            Ok(connection) => connection,
            Err(error) => {
                let obstacle =
                    Obstacle { text: error.to_string(), detail: error.detail(), next: error.next() };
                return (Offer { place: Place::Builder(host.address.clone()), answer: Err(obstacle) }, None);
            }
        };
        let place = Place::Builder(connection.described());
        let connection = Connection::Ssh(connection);
        let asked = match self.script(wanted, &host.deploy_to, None) {
            Ok(script) => self.ask(&connection, &script).await,
            Err(obstacle) => Err(obstacle),
        };
        match asked {
            Ok((toolchain, session)) => {
                let member = Member::new(BUILDER.into(), connection, session);
                (Offer { place, answer: Ok(toolchain) }, Some(member))
            }
            Err(obstacle) => (Offer { place, answer: Err(obstacle) }, None),
        }
    }

    async fn ask(&self, connection: &Connection, script: &str) -> Result<(Toolchain, Session), Obstacle> {
        let silent = |reason: String| {
            Obstacle::new(format!("it does not say what it has: {reason}"), "does `ssh` to it start a shell?")
        };
        let session = Session::open(connection, self.identity, self.redactor).await;
        let mut session = session.map_err(|lost| silent(lost.reason))?;
        let lines = session.ask(script).await.map_err(|lost| silent(lost.reason))?;
        Ok((Toolchain::parse(lines.iter().map(String::as_str)), session))
    }
}
