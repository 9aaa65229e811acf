//! `deployer demo`: the main job on a host inside the program. An embedded SSH server with real
//! `sh` over a temporary directory plays two servers; everything else is what a real deploy uses.
#![expect(clippy::disallowed_methods, reason = "the demo writes its own small project")]

use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::{Common, Demo, Rollback, Run};
use super::fault::Fault;
use super::run;
use super::surroundings::Surroundings;
use crate::embedded::{Options, Server};

const STAGE: &str = "demo";
const HOSTS: [&str; 2] = ["web1", "web2"];
const FAILING_STEP: &str = "steps:
  warm-up:
    phase: mid_release
    run: |
      echo 'asking the cache server'
      test {{ host.name }} != web2
";

/// Deploys, deploys again, fails and is undone, and rolls back; what the hosts serve is shown each time.
///
/// # Errors
/// When the demo cannot be set up, or does not go as it should.
pub async fn demo(args: &Demo, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let folder = tempfile::Builder::new().prefix("deployer-demo-").tempdir()?;
    let stage = Stage::set_up(folder.path(), common, surroundings).await?;
    stage.play().await?;
    if args.keep {
        let kept = folder.keep();
        writeln!(std::io::stdout(), "\nThe demo's folder is {}", kept.display())?;
    }
    Ok(0)
}

/// The demo's small world.
struct Stage {
    project: PathBuf,
    server: Server,
    common: Common,
    surroundings: Surroundings,
}

impl Stage {
    async fn set_up(folder: &Path, common: &Common, surroundings: &Surroundings) -> Result<Self, Fault> {
        let mut options = Options::new(folder.join("hosts"));
        options.users = HOSTS.map(str::to_owned).to_vec();
        std::fs::create_dir_all(&options.root)?;
        let server = Server::start(options).await?;
        let project = folder.join("project");
        std::fs::create_dir_all(project.join("site/public"))?;
        let file = project.join("deploy.yml");
        let common = Common { file: Some(file.clone()), ..common.clone() };
        let cache = folder.join("cache");
        let surroundings = Surroundings { directory: project.clone(), cache, ..surroundings.clone() };
        let stage = Self { project, server, common, surroundings };
        std::fs::write(file, stage.deploy_yml(""))?;
        Ok(stage)
    }

    fn deploy_yml(&self, more: &str) -> String {
        let Self { server, .. } = self;
        let hosts = HOSTS.map(|name| {
            format!(
                "      {name}: {{ address: 127.0.0.1, port: {}, user: {name}, deploy_to: ~/shop, identity: {}, host_key: \"{}\" }}\n",
                server.port(),
                server.identity().display(),
                server.fingerprint(),
            )
        });
        format!(
            "application: shop\nrecipe: common\nkeep_releases: 3\nsource: {{ path: site }}\n\
             shared: {{ dirs: [public/uploads] }}\nssh: {{ config: /dev/null }}\n\
             {more}stages:\n  {STAGE}:\n    hosts:\n{}",
            hosts.concat()
        )
    }

    async fn play(&self) -> Result<(), Fault> {
        say("A first deploy, to two hosts")?;
        self.write_site("version 1")?;
        self.deploy(0).await?;
        self.shows("version 1")?;

        say("A visitor uploads a file to each host; then a second deploy")?;
        for host in HOSTS {
            std::fs::write(self.home(host).join("shared/public/uploads/photo.jpg"), "a photo\n")?;
        }
        self.write_site("version 2")?;
        self.deploy(0).await?;
        self.shows("version 2")?;

        say("A deploy that fails on one of the two hosts: it is undone on both")?;
        self.write_site("version 3")?;
        std::fs::write(self.project.join("deploy.yml"), self.deploy_yml(FAILING_STEP))?;
        self.deploy(1).await?;
        std::fs::write(self.project.join("deploy.yml"), self.deploy_yml(""))?;
        self.shows("version 2")?;

        say("A rollback")?;
        let args = Rollback { stage: STAGE.to_owned(), to: None, with_db: false, dry_run: false };
        expect(run::rollback(&args, &self.common, &self.surroundings.at_this_moment()).await?, 0)?;
        self.shows("version 1")
    }

    async fn deploy(&self, exit: u8) -> Result<(), Fault> {
        let args = Run { stage: Some(STAGE.to_owned()), plan: None, dry_run: false };
        expect(run::run(&args, &self.common, &self.surroundings.at_this_moment()).await?, exit)
    }

    fn write_site(&self, text: &str) -> Result<(), Fault> {
        Ok(std::fs::write(self.project.join("site/public/index.html"), format!("{text}\n"))?)
    }

    /// Shows what each host serves, and refuses to go on when it is something else.
    fn shows(&self, expected: &str) -> Result<(), Fault> {
        writeln!(std::io::stderr())?;
        for host in HOSTS {
            let current = self.home(host).join("current/public");
            let page = std::fs::read_to_string(current.join("index.html"))?;
            let photo =
                if current.join("uploads/photo.jpg").is_file() { ", and the visitor's photo" } else { "" };
            writeln!(std::io::stderr(), "  {host} serves: {}{photo}", page.trim())?;
            if page.trim() != expected {
                return Err(Fault::usage(format!("{host} should serve {expected}")));
            }
        }
        Ok(())
    }

    fn home(&self, host: &str) -> PathBuf {
        self.server.home(host).join("shop")
    }
}

fn say(what: &str) -> Result<(), Fault> {
    Ok(writeln!(std::io::stderr(), "\n=== {what}\n")?)
}

fn expect(exit: u8, expected: u8) -> Result<(), Fault> {
    if exit == expected {
        Ok(())
    } else {
        Err(Fault::usage(format!("exit code {exit}, expected {expected}")))
    }
}
