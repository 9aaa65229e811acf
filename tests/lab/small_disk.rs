//! A disk that is soon full.

use std::path::PathBuf;
use std::process::Command;

use super::sh;

/// A small disk that ends with this value.
pub struct SmallDisk(pub PathBuf);

impl SmallDisk {
    /// Mounts one of a size, as `2M`, which everybody may write to. Needs root.
    pub fn mount(at: PathBuf, size: &str) -> Self {
        sh(&format!("mkdir {0} && mount -t tmpfs -o size={size},mode=1777 lab {0}", at.display()));
        Self(at)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}
