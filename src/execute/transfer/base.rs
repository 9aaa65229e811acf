//! The manifests of the releases that are live: from the cache, else from a host that has it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use minijinja::context;
use tokio::time::timeout;

use super::super::Context;
use super::super::member::Member;
use super::super::session::load;
use crate::facts::Base;
use crate::host::HostName;
use crate::package::{Bases, Manifest};
use crate::plan::Shipment;
use crate::template::Engine;
use crate::transport::{Exit, Output};

const PROGRAM: &str = include_str!("../../../templates/base.sh");

/// What stands before the manifest.
const MARK: &[u8] = b"\n@base\n";

/// A host may be slow, but not endless.
const PATIENCE: Duration = Duration::from_secs(60);

/// Manifests by their checksum.
pub type Manifests = BTreeMap<String, Arc<Manifest>>;

/// Finds the manifests that shipments go by. One that is not found costs nothing but bytes: everything is
/// sent to its hosts.
pub async fn find(
    context: &Context<'_>,
    shipments: &BTreeMap<HostName, Shipment>,
    members: &[Member],
) -> Manifests {
    let cache = Bases::new(&context.workshop.cache);
    let mut found = Manifests::new();
    for member in members {
        let Some(base) = shipments.get(&member.name).and_then(|shipment| shipment.base.as_ref()) else {
            continue;
        };
        if found.contains_key(&base.manifest) {
            continue;
        }
        let mut manifest = cache.get(&base.manifest);
        if manifest.is_none() {
            let fetched = timeout(PATIENCE, fetch(context, base, member)).await.ok().flatten();
            manifest = fetched.and_then(|packed| cache.take(&packed, &base.manifest));
        }
        found.extend(manifest.map(|manifest| (base.manifest.clone(), Arc::new(manifest))));
    }
    found
}

/// Gets the manifest of a host's live release, as it is kept there.
async fn fetch(context: &Context<'_>, base: &Base, member: &Member) -> Option<Vec<u8>> {
    let records = context.plan.host(&member.name)?.layout().records();
    let values = context! { manifest => format!("{records}/shipped/{}.gz", base.release) };
    let program = Engine::new().shell("base.sh", PROGRAM, &values).ok()?.text;
    let mut process = member.connection.as_ref()?.start().await.ok()?;
    process.input.send(load(&program, "end of the program").into()).await.ok()?;
    let mut printed = Vec::new();
    loop {
        match process.output.recv().await? {
            Output::Stdout(bytes) => printed.extend_from_slice(&bytes),
            Output::Stderr(_) => {}
            Output::Exit(Exit::Code(0)) => break,
            Output::Exit(_) => return None,
        }
    }
    let begin = printed.windows(MARK.len()).position(|window| window == MARK)? + MARK.len();
    Some(printed.split_off(begin))
}
