//! A host: an SSH server with one account, and the ways it can be wrong.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use deployer::embedded::{Options, Server};
use tokio::runtime::Runtime;

use super::{Processes, Tree, wait_until};

/// All servers live here: they end with their tests, it ends with the process.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// A host, as deploy.yml describes it.
pub struct Host {
    pub name: String,
    pub server: Server,
    pub port: u16,
    pub host_key: String,
    pub identity: PathBuf,
    pub deploy_to: String,
    /// More keys of its entry, as `roles: [db]`.
    pub more: String,
}

impl Host {
    /// Starts a server whose account has its home below `root`.
    pub fn start(name: &str, root: &Path) -> Self {
        let mut options = Options::new(root.join(name));
        options.users = vec![name.to_owned()];
        fs::create_dir_all(&options.root).unwrap();
        let server = RUNTIME.block_on(Server::start(options)).unwrap();
        Self {
            name: name.to_owned(),
            port: server.port(),
            host_key: server.fingerprint(),
            identity: server.identity().to_owned(),
            deploy_to: "~/shop".to_owned(),
            more: String::new(),
            server,
        }
    }

    /// Returns its entry in deploy.yml.
    pub fn entry(&self) -> String {
        let Self { name, port, host_key, identity, deploy_to, more, .. } = self;
        let text = |value: &str| serde_json::Value::from(value).to_string();
        let (identity, deploy_to) = (text(&identity.to_string_lossy()), text(deploy_to));
        let more = if more.is_empty() { String::new() } else { format!(", {more}") };
        format!(
            "      {name}: {{ address: 127.0.0.1, port: {port}, user: {name}, deploy_to: {deploy_to}, \
             identity: {identity}, host_key: \"{host_key}\"{more} }}\n"
        )
    }

    /// Returns a path in the account's home.
    pub fn home(&self, path: &str) -> PathBuf {
        self.server.home(&self.name).join(path)
    }

    /// Returns a path in the application's directory.
    pub fn app(&self, path: &str) -> PathBuf {
        self.home(self.deploy_to.trim_start_matches("~/")).join(path)
    }

    /// Returns all that the program promises to leave alone: not its records, not its log.
    pub fn tree(&self) -> Tree {
        Tree::of(&self.app(""), &[".deployer", "deployment.log"])
    }

    /// Returns everything in the account's home.
    pub fn everything(&self) -> Tree {
        Tree::of(&self.home(""), &[])
    }

    /// Returns the names in the records, sorted: no lock and nothing of a run that is over is in them.
    pub fn records(&self) -> Vec<String> {
        names(&self.app(".deployer"))
    }

    /// Returns the names in `releases`, sorted.
    pub fn releases(&self) -> Vec<String> {
        names(&self.app("releases"))
    }

    /// Returns the id of the live release.
    pub fn live(&self) -> String {
        let target = fs::read_link(self.app("current")).unwrap();
        target.file_name().unwrap().to_str().unwrap().to_owned()
    }

    /// Returns what visitors see.
    pub fn page(&self) -> String {
        fs::read_to_string(self.app("current/public/index.html")).unwrap().trim().to_owned()
    }

    /// Waits until nothing that was started there runs any more.
    pub fn wait_for_quiet(&self) {
        let mut left = Processes::default();
        wait_until("all processes of the host to end", || {
            left = Processes::with(&format!("HOME={}", self.home("").display()));
            left.is_empty()
        });
    }

    /// Checks that a run which is over has left nothing of its own behind.
    pub fn is_tidy(&self) {
        self.wait_for_quiet();
        let known = ["adopted", "app-key", "history.jsonl", "manifests", "releases", "seen", "shipped"];
        // Where a run was lost behind the switch, it is noted that its release was live.
        let there = self.releases();
        let notes =
            |name: &String| name.strip_prefix("live.").is_some_and(|id| there.iter().any(|it| it == id));
        let left: Vec<_> = self
            .records()
            .into_iter()
            .filter(|name| !known.contains(&name.as_str()) && !notes(name))
            .collect();
        assert_eq!(left, Vec::<String>::new(), "in the records of {}", self.name);
    }
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
