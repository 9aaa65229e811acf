//! What a stage looks like once its layers are merged.

use std::collections::HashMap;
use std::path::PathBuf;

use super::project;
use crate::config::error::ConfigError;
use crate::config::overrides::Overrides;
use crate::config::{Anchor, Config, DocrootMode, SecretSource, Source, UndoConfig, check};

fn stage(text: &str, name: &str) -> Config {
    project(text, &HashMap::new()).unwrap().stage(name, &Overrides::default()).unwrap()
}

/// Lists the steps as `phase name dir on`.
fn steps(config: &Config) -> String {
    let line = |step: &crate::config::StepConfig| {
        let anchor = match &step.anchor {
            Some(Anchor::Before(name)) => format!(" before {name}"),
            Some(Anchor::After(name)) => format!(" after {name}"),
            None => String::new(),
        };
        format!("{} {} {:?} {:?}{anchor}\n", step.phase, step.name, step.dir, step.on)
    };
    config.steps.iter().map(line).collect()
}

const LAYERS: &str = r#"
application: shop
recipe: mine.yml
keep_releases: 4
vars: { url: file, list: [1, two], version: 1.10 }
stages:
  live:
    vars: { url: stage }
    rollout: { max_parallel: 2 }
    hosts:
      web1: { deploy_to: /srv/shop, roles: [web], vars: { url: host }, php: php8 }
      web2: { address: "ana@[2001:db8::1]:2222", domain_path: ~/domains/shop/, roles: [web, db] }
"#;

fn layers(overrides: &Overrides) -> Result<Config, ConfigError> {
    let recipe =
        "recipe: php\nkeep_releases: 9\nvars: { url: recipe, own: recipe }\nshared: { dirs: [./up/] }\n";
    let files = HashMap::from([(PathBuf::from("mine.yml"), recipe.to_owned())]);
    project(LAYERS, &files).unwrap().stage("live", overrides)
}

#[test]
fn a_layer_wins_over_those_below_it() {
    let config = layers(&Overrides::default()).unwrap();
    assert_eq!((config.keep_releases, config.max_parallel, config.recipe.as_str()), (4, 2, "mine.yml"));
    assert_eq!(config.shared.dirs, ["up"]);
    let vars = |index: usize| serde_json::to_string(&config.hosts[index].vars).unwrap();
    let same = r#""composer":"composer","url":"#;
    assert_eq!(
        vars(0),
        format!(r#"{{"php":"php8",{same}"host","own":"recipe","list":[1,"two"],"version":"1.10"}}"#)
    );
    assert_eq!(
        vars(1),
        format!(r#"{{"php":"php",{same}"stage","own":"recipe","list":[1,"two"],"version":"1.10"}}"#)
    );
    let web2 = &config.hosts[1];
    assert_eq!(
        (web2.address.as_str(), web2.port, web2.user.as_deref()),
        ("2001:db8::1", Some(2222), Some("ana"))
    );
    assert_eq!(web2.deploy_to, "~/domains/shop/deploy");
}

#[test]
fn the_command_line_wins_over_the_file() {
    let overrides = Overrides {
        vars: vec![("url".to_owned(), "typed".to_owned())],
        reference: Some("v2".to_owned()),
        roles: vec!["db".to_owned()],
        hosts: vec![],
    };
    let config = layers(&overrides).unwrap();
    assert_eq!(config.source, Source::Git { repository: ".".to_owned(), reference: "v2".to_owned() });
    assert_eq!(config.hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>(), ["web2"]);
    assert_eq!(config.hosts[0].vars["url"], "typed");
}

#[test]
fn a_name_that_the_stage_does_not_have_is_refused() {
    let refused = |overrides| layers(&overrides).unwrap_err().render(false);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let none = Overrides::default;
    assert_eq!(
        refused(Overrides { hosts: names(&["web9"]), ..none() }),
        r#"no host "web9" in live; hosts: web1 web2"#
    );
    assert_eq!(
        refused(Overrides { roles: names(&["wbe"]), ..none() }),
        r#"no role "wbe" in live; did you mean "web"? roles: db web"#
    );
    assert_eq!(
        refused(Overrides { hosts: names(&["web1"]), roles: names(&["db"]), ..none() }),
        "none of the hosts web1 of live has the role db"
    );
    assert_eq!(
        refused(Overrides { reference: Some("--upload-pack=x".to_owned()), ..none() }),
        r#""--upload-pack=x" is not a branch, tag or commit"#
    );
    assert_eq!(
        refused(Overrides { vars: vec![("release".to_owned(), "1".to_owned())], ..none() }),
        "`release` cannot be the name of a variable"
    );
    let project = project(&LAYERS.replace("mine.yml", "php"), &HashMap::new()).unwrap();
    assert_eq!(
        project.stage("liev", &none()).unwrap_err().render(false),
        r#"no stage "liev" in deploy.yml; did you mean "live"? stages: live"#
    );
}

#[test]
fn steps_stand_next_to_the_one_they_name() {
    let text = "
application: shop
hooks: { mid_release: [echo a, { name: b, run: echo b }] }
steps:
  last: { run: x, after: first }
  first: { run: x, phase: configure }
  zero: { run: x, before: first }
  later: { run: x, after: first }
  early: { run: x, before: publish }
  near: { run: x, after: early }
  built: { run: x, phase: build }
  told: { run: x, after: switch, in: current }
  here: { run: x, phase: post_release, on: local }
stages: { live: { hosts: { web1: { deploy_to: /srv/shop } } } }
";
    let expected = "\
build built Build Builder
configure zero Release Hosts
configure first Release Hosts
configure last Release Hosts
configure later Release Hosts
configure early DeployTo Hosts before publish
configure near DeployTo Hosts before publish
mid_release mid_release-1 Release Hosts
mid_release b Release Hosts
switch told Current Hosts after switch
post_release here Build Local
";
    assert_eq!(steps(&stage(text, "live")), expected);
}

#[test]
fn the_laravel_recipe_makes_its_caches_on_the_host_before_the_switch() {
    let text = "application: shop\nrecipe: laravel\nstages:\n  live: { hosts: { a: { deploy_to: /a, roles: [web] } } }\n  \
                test: { hosts: { b: { deploy_to: /b, roles: [db] } } }\n";
    let expected = "\
build composer-install Build Builder
build composer-autoload Build Builder
build npm-install Build Builder
build npm-build Build Builder
build npm-clean Build Builder
configure storage-link Release Hosts
configure package-discover Release Hosts
configure config-cache Release Hosts
configure event-cache Release Hosts
configure route-cache Release Hosts
configure view-cache Release Hosts
mid_release migrate Release Hosts
post_release queue-restart Current Hosts
post_release queue-signal Current Hosts
post_release horizon-terminate Current Hosts
post_release reverb-restart Current Hosts
post_release pulse-restart Current Hosts
post_release octane-reload Current Hosts
post_release reload Current Hosts
";
    let live = stage(text, "live");
    assert_eq!(steps(&live), expected);
    let migrate = |config: &Config| config.steps.iter().find(|step| step.name == "migrate").cloned().unwrap();
    assert!(matches!(migrate(&live).undo, UndoConfig::Impossible(_)));
    assert_eq!(migrate(&live).roles, [""; 0], "no host of the stage has the role db: any may migrate");
    assert_eq!(migrate(&stage(text, "test")).roles, ["db"]);
}

#[test]
fn a_secret_says_where_it_is_found() {
    let text = "
application: shop
secrets: { A: op://Shop/db, B: { env: B }, C: { file: ~/c }, D: { run: [bw, get] } }
stages: { live: { hosts: { web1: { deploy_to: /srv/shop, password: '{{ secrets.B }}' } } } }
";
    let config = stage(text, "live");
    let words = |words: &[&str]| SecretSource::Run(words.iter().map(|word| (*word).to_owned()).collect());
    let sources: Vec<SecretSource> = config.secrets.values().cloned().collect();
    assert_eq!(sources[0], words(&["op", "read", "--no-newline", "op://Shop/db"]));
    assert_eq!(sources[1], SecretSource::Env("B".to_owned()));
    assert_eq!(sources[2], SecretSource::File(PathBuf::from("~/c")));
    assert_eq!(sources[3], words(&["bw", "get"]));
    let names = check::template_names(&config, &config.hosts[0]);
    assert!(names.contains("secrets.D") && names.contains("host.name"), "{names:?}");
}

#[test]
fn what_this_version_does_anyway_may_be_said() {
    let text = "
application: shop
build: { on: [local], cache: [] }
shared: { rule: patterns }
rollout: { batch: 100% }
maintenance: { enabled: false }
backup: { database: false, keep_days: 30 }
notify: []
health:
stages: { live: { hosts: { web1: { deploy_to: /srv/shop } } } }
";
    let stage = stage(text, "live");
    assert_eq!((stage.max_parallel, stage.backup.keep_days), (10, Some(30)));
}

#[test]
fn the_same_step_may_be_completed_by_a_stage() {
    let text = "
application: shop
recipe: laravel
steps: { migrate: { timeout: 1h } }
stages:
  live:
    steps: { migrate: { before: switch }, queue-restart: false }
    hosts: { web1: { deploy_to: /srv/shop } }
";
    let config = stage(text, "live");
    let migrate = config.steps.iter().find(|step| step.name == "migrate").unwrap();
    assert_eq!((migrate.timeout, &migrate.anchor), (3600, &Some(Anchor::Before("switch".to_owned()))));
    assert!(config.steps.iter().all(|step| step.name != "queue-restart"));
}

#[test]
fn the_site_and_what_is_served_are_those_of_the_host() {
    let config = stage(
        "application: shop
recipe: common
url: https://shop.example/
docroot: web
vars: { url: https://old.example }
stages:
  live:
    hosts:
      web1: { domain_path: ~/domains/shop.example/ }
      web2: { deploy_to: /srv/shop, url: http://web2.example, docroot_mode: stub, public_html: www }
      web3: { deploy_to: /srv/shop }
",
        "live",
    );
    let [web1, web2, web3] = &config.hosts[..] else { panic!("three hosts") };
    assert_eq!(config.docroot, "web");
    assert_eq!(web1.public_html.as_deref(), Some("~/domains/shop.example/public_html"));
    assert_eq!(web2.public_html.as_deref(), Some("www"));
    assert_eq!((&web3.public_html, web3.docroot_mode), (&None, DocrootMode::Link));
    assert_eq!(web2.docroot_mode, DocrootMode::Stub);
    for (host, url) in
        [(web1, "https://shop.example"), (web2, "http://web2.example"), (web3, "https://shop.example")]
    {
        assert_eq!(host.url.as_deref(), Some(url));
        assert_eq!(host.vars["url"], url);
    }
}
