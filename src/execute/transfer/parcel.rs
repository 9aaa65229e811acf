//! What travels: a parcel for all hosts that have the same release live and can unpack the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::try_join_all;
use tokio::sync::OnceCell;
use tokio::task::{JoinHandle, spawn_blocking};

use super::super::Context;
use super::base::Manifests;
use crate::host::HostName;
use crate::package::{self, Bases, Difference, Listing, Manifest, PackError, Packed, Packing, Part, Spool};
use crate::plan::{Action, Compression, Plan, Shipment, Step};
use crate::release::ReleaseId;

/// All parcels of a run. What is made is made once, when it is first asked for.
pub struct Parcels {
    tree: PathBuf,
    exclude: Vec<String>,
    extra: Vec<(String, Vec<u8>)>,
    release: ReleaseId,
    spool: PathBuf,
    bases: Bases,
    /// What hosts have something else for than what was shipped.
    apart: BTreeSet<String>,
    listing: OnceCell<Result<Arc<Listing>, PackError>>,
    lots: Vec<Lot>,
    of_hosts: BTreeMap<HostName, usize>,
}

/// Hosts that get the same parcel.
pub struct Lot {
    /// What is live there; none: they get everything.
    pub base: Option<Arc<Manifest>>,
    /// How their archive is compressed.
    pub compression: Compression,
    parcel: OnceCell<Result<Arc<Parcel>, PackError>>,
}

/// What travels to the hosts of a lot.
pub struct Parcel {
    /// The release.
    pub listing: Arc<Listing>,
    /// What of it the hosts lack.
    pub difference: Arc<Difference>,
    /// The archive.
    pub spool: Spool,
    done: Mutex<Option<JoinHandle<Result<Packed, PackError>>>>,
}

impl Parcels {
    /// Takes what is packed, and the manifests of what is live.
    ///
    /// # Errors
    /// When there is no tree.
    pub fn new(
        context: &Context<'_>,
        package: &Step,
        shipments: &BTreeMap<HostName, Shipment>,
        manifests: &Manifests,
    ) -> Result<Self, PackError> {
        let exclude = match &package.action {
            Action::Package { exclude } => exclude.clone(),
            _ => Vec::new(),
        };
        let plan = context.plan;
        let mut parcels = Self {
            tree: context.workshop.tree().ok_or(PackError::Empty)?,
            exclude,
            extra: generated(plan),
            release: plan.release.clone(),
            spool: context.workshop.spool.clone(),
            bases: Bases::new(&context.workshop.cache),
            apart: apart(plan, shipments),
            listing: OnceCell::new(),
            lots: Vec::new(),
            of_hosts: BTreeMap::new(),
        };
        let mut places = BTreeMap::new();
        for (host, Shipment { base, compression }) in shipments {
            let known = base.as_ref().map(|base| &base.manifest).filter(|sum| manifests.contains_key(*sum));
            let place = *places.entry((known, *compression)).or_insert_with(|| {
                parcels.lots.push(Lot::new(known.and_then(|sum| manifests.get(sum)).cloned(), *compression));
                parcels.lots.len() - 1
            });
            parcels.of_hosts.insert(host.clone(), place);
        }
        Ok(parcels)
    }

    /// Returns the lot of a host.
    pub fn lot(&self, host: &HostName) -> Option<&Lot> {
        self.lots.get(*self.of_hosts.get(host)?)
    }

    /// Packs all parcels, and waits until they are whole.
    ///
    /// # Errors
    /// What is in the way of packing.
    pub async fn pack(&self) -> Result<(), PackError> {
        let pack = async |lot: &Lot| {
            let parcel = lot.parcel(self).await?;
            self.remember(&parcel);
            parcel.whole().await
        };
        try_join_all(self.lots.iter().map(pack)).await.map(drop)
    }

    /// Keeps the manifest for the next run, which finds the release live.
    fn remember(&self, parcel: &Parcel) {
        let (bases, difference) = (self.bases.clone(), Arc::clone(&parcel.difference));
        // The next run asks a host for what is not in the cache.
        drop(spawn_blocking(move || bases.put(&difference.manifest, &difference.sha256)));
    }

    /// Starts to pack these places of the release once more.
    ///
    /// # Errors
    /// When there is no place for the archive.
    pub fn pack_again(
        &self,
        parcel: &Parcel,
        places: Vec<usize>,
        compression: Compression,
    ) -> Result<Packing, PackError> {
        let (listing, difference) = (Arc::clone(&parcel.listing), Arc::clone(&parcel.difference));
        package::pack_part(listing, difference, Part::Places(places), compression, &self.spool)
    }

    async fn listing(&self) -> Result<Arc<Listing>, PackError> {
        let read = async {
            let (tree, exclude) = (self.tree.clone(), self.exclude.clone());
            let (release, extra) = (self.release.clone(), self.extra.clone());
            let read = spawn_blocking(move || Listing::read(&tree, &exclude, &release, extra));
            read.await.unwrap_or(Err(PackError::Stopped)).map(Arc::new)
        };
        self.listing.get_or_init(|| read).await.clone()
    }
}

impl Lot {
    /// Makes a lot of hosts that have this live.
    pub fn new(base: Option<Arc<Manifest>>, compression: Compression) -> Self {
        Self { base, compression, parcel: OnceCell::new() }
    }

    /// Returns the parcel, whose archive may still be growing.
    ///
    /// # Errors
    /// What is in the way of packing.
    pub async fn parcel(&self, parcels: &Parcels) -> Result<Arc<Parcel>, PackError> {
        self.parcel.get_or_init(|| self.start(parcels)).await.clone()
    }

    async fn start(&self, parcels: &Parcels) -> Result<Arc<Parcel>, PackError> {
        let listing = parcels.listing().await?;
        let (of, base, apart) = (Arc::clone(&listing), self.base.clone(), parcels.apart.clone());
        let compare = spawn_blocking(move || Difference::new(&of, base.as_deref(), &apart));
        let difference = Arc::new(compare.await.map_err(|_| PackError::Stopped)?);
        let (of, to) = (Arc::clone(&listing), Arc::clone(&difference));
        let packing = package::pack_part(of, to, Part::Difference, self.compression, &parcels.spool)?;
        let Packing { spool, done } = packing;
        Ok(Arc::new(Parcel { listing, difference, spool, done: Mutex::new(Some(done)) }))
    }
}

impl Parcel {
    /// Waits until the archive is whole.
    async fn whole(&self) -> Result<(), PackError> {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner).take();
        match done {
            Some(done) => done.await.unwrap_or(Err(PackError::Stopped)).map(drop),
            None => Ok(()),
        }
    }
}

/// Returns what is not on the hosts as it was shipped: it is linked to shared data, or changed by steps.
fn apart(plan: &Plan, shipments: &BTreeMap<HostName, Shipment>) -> BTreeSet<String> {
    let links = plan.hosts.iter().flat_map(|host| &host.links);
    let bases = shipments.values().filter_map(|shipment| shipment.base.as_ref());
    links.chain(bases.flat_map(|base| &base.unlike)).cloned().collect()
}

/// Returns the files that tell what the release is.
pub fn generated(plan: &Plan) -> Vec<(String, Vec<u8>)> {
    let revision = plan.source.clone().unwrap_or_default();
    let description = crate::facts::Description {
        id: plan.release.clone(),
        commit: revision.commit.clone(),
        reference: revision.reference.clone(),
        subject: revision.subject.clone(),
        packages: plan.packages.clone(),
    };
    let json = serde_json::to_vec(&description).unwrap_or_default();
    let commit = revision.commit.unwrap_or(revision.reference);
    vec![
        (".deployer-release.json".to_owned(), json),
        ("REVISION".to_owned(), format!("{commit}\n").into_bytes()),
    ]
}
