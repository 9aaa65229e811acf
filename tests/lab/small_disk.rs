//! A disk that is soon full.

use std::path::PathBuf;
use std::process::Command;

use super::sh;

/// A small disk that ends with this value.
pub struct SmallDisk(pub PathBuf);

impl SmallDisk {
    /// Mounts one with a limit, as `size=2M` or `nr_inodes=500`, which everybody may write to. Needs root.
    pub fn mount(at: PathBuf, limit: &str) -> Self {
        sh(&format!("mkdir {0} && mount -t tmpfs -o {limit},mode=1777 lab {0}", at.display()));
        Self(at)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}
