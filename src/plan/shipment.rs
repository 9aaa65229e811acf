//! What travels to a host: all of a release, or what differs from the one that is live there. Pure.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

use super::inputs::Inputs;
use crate::config::Unchanged;
use crate::facts::{Base, Facts};
use crate::host::HostName;
use crate::release::ReleaseId;

/// What travels to a host. Hosts with equal shipments get the same archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// The release whose files are taken over there; absent: everything travels.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub base: Option<Base>,
    /// How the archive is compressed.
    pub compression: Compression,
}

/// How an archive is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// One gzip member, which every host can unpack.
    #[default]
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Compression {
    /// Returns the command that unpacks its input.
    pub fn unpacked_by(self) -> &'static str {
        match self {
            Self::Gzip => "gzip -dc",
            Self::Zstd => "zstd -dc",
        }
    }
}

/// Chooses what travels to each host. Zstandard serves where all hosts that get the same archive have it.
pub fn shipments(inputs: &Inputs<'_>) -> BTreeMap<HostName, Shipment> {
    let manifest = |facts: &Facts| facts.shipped.as_ref().map(|base| base.manifest.clone());
    let without_zstd = inputs.hosts().filter(|(_, facts)| !facts.zstd);
    let without_zstd: BTreeSet<_> = without_zstd.map(|(_, facts)| manifest(facts)).collect();
    let shipment = |facts: &Facts| Shipment {
        base: facts.shipped.clone(),
        compression: if without_zstd.contains(&manifest(facts)) {
            Compression::Gzip
        } else {
            Compression::Zstd
        },
    };
    inputs.hosts().map(|(host, facts)| (host.name.clone(), shipment(facts))).collect()
}

/// Returns what the script on the host is told about its shipment.
pub(super) fn values(shipment: Option<&Shipment>, unchanged: Unchanged, facts: &Facts) -> Value {
    let base = shipment.and_then(|shipment| shipment.base.as_ref()).map(|base| &base.release);
    let compression = shipment.map_or_else(Compression::default, |shipment| shipment.compression);
    context! {
        base => base.map_or_else(String::new, |id| facts.layout().release(id)),
        base_id => base.map_or("", ReleaseId::as_str),
        decompress => compression.unpacked_by(),
        hardlink => unchanged == Unchanged::Hardlink,
    }
}

/// Tells in a few words what happens to the archive.
pub(super) fn summary(shipments: &BTreeMap<HostName, Shipment>, release: &ReleaseId) -> String {
    let bases: BTreeSet<_> =
        shipments.values().map(|shipment| shipment.base.as_ref().map(|base| &base.release)).collect();
    let mut bases = bases.into_iter();
    match (bases.next(), bases.next()) {
        (Some(Some(base)), None) => {
            format!("copy what is unchanged from {base}, unpack the rest, as releases/{release}.partial")
        }
        (_, Some(_)) => format!(
            "copy what is unchanged from the live release, unpack the rest, as releases/{release}.partial"
        ),
        (Some(None) | None, None) => format!("unpack it as releases/{release}.partial"),
    }
}
