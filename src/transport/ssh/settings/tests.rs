use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use tempfile::TempDir;

use super::{Identity, Settings};
use crate::config::KnownHostsPolicy;
use crate::transport::ssh::{Caller, Keepalive, Origin, Target};

/// A home directory with this configuration.
struct Home(TempDir);

impl Home {
    fn new(config: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join(".ssh")).unwrap();
        // Set, for ssh looks for its home where no test can move it.
        let config = format!("{config}\nHost *\n  UserKnownHostsFile /known\n");
        std::fs::write(directory.path().join(".ssh/config"), config).unwrap();
        Self(directory)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn target(&self, name: &str) -> Target {
        Target {
            name: name.to_owned(),
            port: None,
            user: None,
            identity: None,
            password: None,
            jump: None,
            host_key: None,
            known_hosts: KnownHostsPolicy::Strict,
            known_hosts_file: None,
            config: Some(self.path(".ssh/config")),
            connect_timeout: None,
            keepalive: Keepalive::default(),
            caller: Caller {
                home: self.0.path().to_owned(),
                user: "ana".to_owned(),
                agent: Some(PathBuf::from("/run/agent")),
                ssh: None,
                now: Timestamp::UNIX_EPOCH,
            },
            ask: None,
        }
    }

    /// Resolves a target by ssh itself, where it is there, and by our own parser: both must agree.
    async fn resolve(&self, mut target: Target) -> Result<Settings, String> {
        let resolve = |target: Target| async move {
            Settings::resolve(&target).await.map_err(|error| error.to_string())
        };
        let own = resolve(target.clone()).await;
        target.caller.ssh = Some(PathBuf::from("ssh"));
        if target.user.is_none() && own.as_ref().is_ok_and(|settings| settings.at.user == "ana") {
            // ssh knows its user by itself, and it is not the one of this test.
            target.user = Some("ana".to_owned());
        }
        let theirs = resolve(target).await;
        assert_eq!(format!("{own:?}"), format!("{theirs:?}"));
        own
    }
}

#[tokio::test]
async fn without_a_configuration_everything_is_as_usual() {
    let home = Home::new("");
    let settings = home.resolve(home.target("web.example.com")).await.unwrap();
    assert_eq!(settings.at.to_string(), "ana@web.example.com port 22");
    let identities = ["id_ed25519", "id_ecdsa", "id_rsa"]
        .map(|name| Identity { path: home.path(".ssh").join(name), origin: Origin::Default });
    assert_eq!(settings.identities, identities);
    assert_eq!(settings.agent.as_deref(), Some(Path::new("/run/agent")));
    assert!(settings.jump.is_empty() && !settings.identities_only);
    assert_eq!(settings.connect_timeout, Duration::from_secs(15));
}

#[tokio::test]
async fn an_alias_gives_address_port_account_keys_and_way() {
    let home = Home::new(
        "Host shop\n  HostName %h.example.com\n  Port 65002\n  User u1\n  ConnectTimeout 4\n  \
         IdentityFile ~/.ssh/%h_%r\n  CertificateFile ~/.ssh/shop-cert.pub\n  IdentitiesOnly yes\n  \
         IdentityAgent none\n  HostKeyAlias Shop\n  ProxyJump ana@a:2222,b\n  \
         UserKnownHostsFile /k1 /k2\n  GlobalKnownHostsFile none\n  StrictHostKeyChecking no\n",
    );
    let settings = home.resolve(home.target("shop")).await.unwrap();
    assert_eq!(settings.at.to_string(), "u1@shop.example.com port 65002");
    let path = home.path(".ssh/shop.example.com_u1");
    assert_eq!(settings.identities, [Identity { path, origin: Origin::Config }]);
    assert_eq!(settings.certificates, [home.path(".ssh/shop-cert.pub")]);
    assert!(settings.identities_only);
    assert_eq!(settings.agent, None);
    assert_eq!(settings.jump, ["ana@a:2222", "b"]);
    assert_eq!(settings.known_hosts_files, [Path::new("/k1"), Path::new("/k2")]);
    assert_eq!((settings.host.name.as_str(), settings.host.listed.as_str()), ("shop", "shop"));
    assert_eq!(settings.connect_timeout, Duration::from_secs(4));
}

#[tokio::test]
async fn deploy_yml_wins_over_the_configuration() {
    let home = Home::new("Host *\n  Port 1\n  User nobody\n  ProxyJump a\n  IdentityFile ~/one\n");
    let mut target = home.target("10.0.0.1");
    target.port = Some(2222);
    target.user = Some("deploy".to_owned());
    target.jump = Some("none".to_owned());
    target.identity = Some(PathBuf::from("~/two"));
    target.known_hosts_file = Some(PathBuf::from("/known"));
    let settings = home.resolve(target).await.unwrap();
    assert_eq!(settings.at.to_string(), "deploy@10.0.0.1 port 2222");
    assert!(settings.jump.is_empty());
    let identities = [
        Identity { path: home.path("two"), origin: Origin::DeployYml },
        Identity { path: home.path("one"), origin: Origin::Config },
    ];
    assert_eq!(settings.identities, identities);
    assert_eq!(settings.known_hosts_files, [Path::new("/known")]);
    assert_eq!(settings.host.listed, "[10.0.0.1]:2222");
}

#[tokio::test]
async fn included_files_are_read_where_they_stand() {
    let home = Home::new("");
    let config = format!(
        "Host web*\n  Include {}\nHost *\n  Port 22\n  UserKnownHostsFile /known\n",
        home.path("conf.d/*.conf").display()
    );
    std::fs::write(home.path(".ssh/config"), config).unwrap();
    std::fs::create_dir(home.path("conf.d")).unwrap();
    std::fs::write(home.path("conf.d/b.conf"), "Port 2\n").unwrap();
    std::fs::write(home.path("conf.d/a.conf"), "User a\nPort 1\n").unwrap();
    std::fs::write(home.path("conf.d/a.txt"), "User c\n").unwrap();
    let settings = home.resolve(home.target("web1")).await.unwrap();
    assert_eq!(settings.at.to_string(), "a@web1 port 1");
}

#[tokio::test]
async fn a_proxy_command_is_refused_with_the_way_that_works() {
    let home = Home::new("Host a\n  ProxyCommand nc %h %p\nHost b\n  ProxyCommand none\n");
    let expected = "ssh's configuration cannot be used: ProxyCommand is not supported; ProxyJump is";
    assert_eq!(home.resolve(home.target("a")).await.unwrap_err(), expected);
    assert!(home.resolve(home.target("b")).await.is_ok());
}

#[tokio::test]
async fn match_is_left_to_ssh() {
    let home = Home::new("Match host shop\n  Port 7\n");
    let mut target = home.target("shop");
    let error = Settings::resolve(&target).await.unwrap_err().to_string();
    let file = home.path(".ssh/config");
    let expected = format!(
        "ssh's configuration cannot be used: {}: line 1: Match needs the ssh program, which was not found",
        file.display()
    );
    assert_eq!(error, expected);
    target.caller.ssh = Some(PathBuf::from("ssh"));
    assert_eq!(Settings::resolve(&target).await.unwrap().at.port, 7);
}

#[tokio::test]
async fn what_ssh_says_about_a_broken_configuration_is_passed_on() {
    let home = Home::new("Prot 22\n");
    let mut target = home.target("shop");
    target.caller.ssh = Some(PathBuf::from("ssh"));
    let error = Settings::resolve(&target).await.unwrap_err().to_string();
    let file = home.path(".ssh/config");
    let expected = format!(
        "ssh's configuration cannot be used: {}: line 1: Bad configuration option: prot",
        file.display()
    );
    assert_eq!(error, expected);
}
