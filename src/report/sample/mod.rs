//! A plan and runs of it to try the reporters with.

mod recording;
mod runs;

use std::collections::{BTreeMap, BTreeSet};

use super::Screen;
use crate::host::HostName;
use crate::plan::{
    self, Action, Changes, Kind, Migration, Migrations, OnFailure, Phase, Plan, PlanHost, Revision, Step,
    StepId, Undo, Warning,
};
use crate::release::ReleaseId;
use crate::secret::SecretName;

pub(super) use recording::Recording;
pub(super) use runs::{deployed, fails_after_the_switch, fails_on_one, interrupted, next, stuck};

pub(super) const NEW: &str = "20261120141203";
pub(super) const OLD: &str = "20261119091502";

pub(super) fn id(text: &str) -> ReleaseId {
    text.parse().unwrap()
}

pub(super) fn screen(width: usize, height: usize) -> Screen {
    Screen { terminal: true, width, height, utf8: true, ..Screen::unknown() }
}

/// A deploy of a Laravel shop to web1, web2, …
pub(crate) fn plan(hosts: usize) -> Plan {
    let names: Vec<HostName> = (1..=hosts).map(|number| HostName::new(format!("web{number}"))).collect();
    Plan {
        v: plan::FORMAT,
        tool: "0.1.0".to_owned(),
        application: "shop".to_owned(),
        stage: "production".to_owned(),
        kind: Kind::Deploy,
        release: id(NEW),
        restoration: None,
        loading: None,
        builder: None,
        source: Some(Revision {
            commit: Some("1a2b3c4d5e6f".to_owned()),
            reference: "main".to_owned(),
            subject: "Fix cart total".to_owned(),
        }),
        packages: BTreeMap::new(),
        changes: Some(Changes {
            from: "9f8e7d6c5b4a".to_owned(),
            commits: vec!["1a2b3c4 Fix cart total".to_owned(), "0d9e8f7 Add coupons".to_owned()],
            added: ["app/Coupon.php", "lang/de/cart.php", "tests/CartTest.php"].map(String::from).to_vec(),
            changed: ["app/Cart.php", "composer.lock", "routes/web.php"].map(String::from).to_vec(),
            left: Vec::new(),
            removed: vec!["app/OldCart.php".to_owned()],
        }),
        hosts: names.iter().map(host).collect(),
        steps: steps(&names),
        migrations: Some(migrations(&names[0])),
        secrets: BTreeMap::from([(SecretName("DB_PASSWORD".to_owned()), "op".to_owned())]),
        warnings: vec![Warning { host: names.last().cloned(), text: "611 MB are free".to_owned() }],
        max_parallel: 10,
        notify: crate::notify::Notifications::default(),
    }
}

fn migrations(host: &HostName) -> Migrations {
    let migration = |name: &str| Migration {
        name: name.to_owned(),
        file: format!("database/migrations/{name}.php"),
        sql: None,
    };
    let names = ["2026_11_18_090000_create_coupons_table", "2026_11_19_101500_add_sku_to_products"];
    Migrations { host: host.clone(), pending: names.map(migration).to_vec(), unknown: None, installer: None }
}

fn host(name: &HostName) -> PlanHost {
    PlanHost {
        name: name.clone(),
        address: format!("deploy@{name}.example"),
        deploy_to: "/srv/shop".to_owned(),
        live: Some(id(OLD)),
        live_commit: Some("9f8e7d6c5b4a".to_owned()),
        links: [".env", "storage", "public/uploads"].map(String::from).to_vec(),
        docroot: None,
        dump: None,
        prune: vec![id("20261101170003")],
        keep: 5,
        facts: String::new(),
    }
}

fn steps(hosts: &[HostName]) -> Vec<Step> {
    let mut steps = [to_the_hosts(hosts), on_the_hosts(hosts), after_the_switch(hosts)].concat();
    for (number, step) in steps.iter_mut().enumerate() {
        step.id = StepId(number);
    }
    steps
}

fn to_the_hosts(hosts: &[HostName]) -> Vec<Step> {
    use Phase::{Build, Package, Prepare, Transfer};
    let local = |script: &str| Action::Local { script: script.to_owned() };
    let lock = Action::Remote { scripts: scripts(hosts, "mkdir .deployer/lock") };
    let package = Action::Package { exclude: vec!["*.psd".to_owned()] };
    let upload = Action::Upload {
        shipments: BTreeMap::new(),
        scripts: scripts(hosts, "tar -x -C releases/new.partial"),
    };
    vec![
        step("lock", Prepare, "one run at a time", lock).undo_by(scripts(hosts, "rmdir .deployer/lock")),
        step("checkout", Build, "a clean copy of main", Action::Checkout),
        step("composer-install", Build, "composer install --no-dev", local("composer install --no-dev")),
        step("npm-build", Build, "npm run build", local("npm ci\n\nnpm run build")),
        step("package", Package, "one archive for all hosts", package),
        step("upload", Transfer, "send and unpack", upload).undo_by(scripts(hosts, "rm -rf -- releases/new")),
    ]
}

fn on_the_hosts(hosts: &[HostName]) -> Vec<Step> {
    use Phase::{Configure, MidRelease};
    let artisan = |name: &str, command: &str| {
        let command = format!("php artisan {command}");
        step(name, Configure, &command, Action::Remote { scripts: scripts(hosts, &command) })
    };
    let once = |name: &str, command: &str| {
        let action = Action::Remote { scripts: scripts(&hosts[..1], command) };
        Step { once: true, barrier: true, ..step(name, MidRelease, command, action) }
    };
    let link = Action::Remote { scripts: scripts(hosts, "ln -s ../../shared/.env .env") };
    vec![
        step("link", Configure, "shared paths into the release", link),
        artisan("config-cache", "config:cache"),
        artisan("route-cache", "route:cache"),
        artisan("event-cache", "event:cache"),
        artisan("view-cache", "view:cache"),
        once("backup", "mysqldump shop"),
        Step {
            undo: Undo::Impossible { why: "a migration that ran stays, hence the backup".to_owned() },
            secrets: BTreeSet::from([SecretName("DB_PASSWORD".to_owned())]),
            ..once("migrate", "php artisan migrate --force")
        },
    ]
}

fn after_the_switch(hosts: &[HostName]) -> Vec<Step> {
    use Phase::{Cleanup, Finalize, PostRelease, Switch};
    let all = |script: &str| Action::Remote { scripts: scripts(hosts, script) };
    let switch = step("switch", Switch, "current to the new release", all("mv -T current.new current"));
    let health = all("curl -fsS https://shop.example/up");
    vec![
        Step { barrier: true, ..switch.undo_by(scripts(hosts, "mv -T current.old current")) },
        step("health", PostRelease, "https://shop.example/up answers 200", health),
        step("queue-restart", PostRelease, "php artisan queue:restart", all("php artisan queue:restart"))
            .warn(),
        step("prune", Cleanup, "releases beyond the last 5", all("rm -rf -- releases/20261101170003")).warn(),
        step("unlock", Finalize, "the next run may begin", all("rmdir .deployer/lock")).warn(),
    ]
}

fn scripts(hosts: &[HostName], script: &str) -> BTreeMap<HostName, String> {
    hosts.iter().map(|host| (host.clone(), script.to_owned())).collect()
}

fn step(name: &str, phase: Phase, summary: &str, action: Action) -> Step {
    Step {
        id: StepId(0),
        name: name.to_owned(),
        phase,
        summary: summary.to_owned(),
        action,
        undo: Undo::NotNeeded,
        barrier: false,
        once: false,
        timeout: 300,
        retry: 0,
        on_failure: OnFailure::Undo,
        secrets: BTreeSet::new(),
    }
}

impl Step {
    fn undo_by(self, scripts: BTreeMap<HostName, String>) -> Self {
        Self { undo: Undo::Run { scripts, vital: true }, ..self }
    }

    fn warn(self) -> Self {
        Self { on_failure: OnFailure::Warn, ..self }
    }
}
