//! deploy.yml.example is what a new user copies: it loads, its templates render, and it plans.

use std::collections::BTreeMap;
use std::path::Path;

use deployer::config::load::load;
use deployer::config::overrides::Overrides;
use deployer::facts::{Facts, Rename};
use deployer::plan::inputs::{Inputs, Origin};
use deployer::plan::{self, trial};
use jiff::Timestamp;

/// The steps of a first deploy, with their phases.
const STEPS: [&str; 31] = [
    "prepare lock",
    "prepare setup",
    "prepare env-file",
    "build checkout",
    "build validate",
    "package package",
    "transfer upload",
    "configure publish",
    "configure share",
    "configure link",
    "configure storage-link",
    "configure package-discover",
    "configure config-cache",
    "configure route-cache",
    "configure view-cache",
    "mid_release migrate",
    "mid_release mid_release-1",
    "switch seal",
    "switch arm",
    "switch token",
    "switch switch",
    "switch opcache",
    "switch prove",
    "switch health",
    "post_release queue-restart",
    "post_release warm-cache",
    "post_release confirm",
    "cleanup tidy",
    "cleanup guard",
    "finalize record",
    "finalize unlock",
];

/// An empty host.
fn host() -> Facts {
    Facts {
        deploy_to: "/home/u227177893/domains/shop.example/deploy".to_owned(),
        rename: Some(Rename::Gnu),
        checksum: Some("sha256sum".to_owned()),
        ..Facts::default()
    }
}

#[test]
fn the_example_loads_and_plans_a_first_deploy() {
    let project = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy.yml.example")).unwrap();
    let config = &project.stage("production", &Overrides::default()).unwrap();
    let environment = &BTreeMap::new();
    assert_eq!(trial::mistakes(config, environment), []);
    let facts = &config.hosts.iter().map(|it| (it.name.clone(), host())).collect();
    let files = vec!["artisan".into(), "composer.json".into(), "public".into()];
    let source = &Origin { files, ..Origin::default() };
    let (addresses, now) = (&BTreeMap::new(), Timestamp::UNIX_EPOCH);
    let inputs = Inputs { config, facts, addresses, source, environment, now };
    let plan = plan::deploy(&inputs, &inputs.next_release()).unwrap();
    let steps: Vec<_> = plan.steps.iter().map(|step| format!("{} {}", step.phase, step.name)).collect();
    assert_eq!(steps, STEPS);
}
