//! A disk that fills up, or turns read-only, in the middle of a run: what the application wrote is all
//! still there.

use std::fs;
use std::path::{Path, PathBuf};

use super::machine::Machine;
use super::project::Project;
use super::small_disk::SmallDisk;
use super::{live, sh};
use crate::part::program;

/// Files that the application wrote outside of the shared paths, of kilobytes that do not compress.
const STRAYS: [(&str, u32); 4] = [("a.bin", 300), ("notes/b.bin", 300), ("notes/deep/c.bin", 300), ("d", 1)];

struct Site<'a> {
    project: Project,
    machine: &'a Machine,
    deploy_to: PathBuf,
}

impl<'a> Site<'a> {
    /// Deploys once, and lets the application write.
    fn start(machine: &'a Machine, disk: &Path) -> Self {
        let deploy_to = disk.join("shop");
        let site = Self { project: Project::with_site(""), machine, deploy_to };
        site.configure("");
        site.project.write("site/code.php", "<?php // shipped\n");
        site.project.deploy();
        let current = site.deploy_to.join("current");
        for (path, kilobytes) in STRAYS {
            let file = current.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            sh(&format!("head -c {kilobytes}000 /dev/urandom >'{}'", file.display()));
        }
        fs::write(current.join("code.php"), "<?php // edited in the panel\n").unwrap();
        fs::write(site.deploy_to.join("shared/uploads/photo.jpg"), "a photo\n").unwrap();
        sh(&format!("chown -R --reference='{0}' '{0}'", site.deploy_to.display()));
        site
    }

    fn configure(&self, steps: &str) {
        let host = format!("deploy_to: {}", self.deploy_to.display());
        let settings = format!(
            "recipe: common\nsource: {{ path: site }}\nkeep_releases: 1\nshared: {{ dirs: [uploads] }}\n{steps}"
        );
        let yml = self.machine.deploy_yml(&settings, &self.machine.host("web1", 0, &host));
        self.project.write("deploy.yml", &yml);
    }

    /// Returns what the application and its users have, as the site sees it.
    fn data(&self) -> String {
        let paths = STRAYS.map(|(path, _)| path).join(" ");
        let current = self.deploy_to.join("current");
        sh(&format!("cd '{}/' && sha256sum {paths} uploads/photo.jpg", current.display()))
    }

    /// Returns whether the edited file is live still, or kept.
    fn keeps_the_edit(&self) -> bool {
        let current = fs::read_to_string(self.deploy_to.join("current/code.php")).unwrap();
        let kept = format!(
            "for it in '{}'/drift-*.tar.gz; do tar -xOzf \"$it\" ./code.php 2>/dev/null || :; done",
            self.deploy_to.join("backups").display()
        );
        current.contains("edited") || sh(&kept).contains("edited")
    }
}

/// A step that fills the disk but for so many kilobytes.
fn fill(before: &str, kilobytes: u32) -> String {
    format!(
        "steps:\n  fill:\n    before: {before}\n    in: deploy_to\n    run: |\n      \
         cat /dev/zero >filler 2>/dev/null || :\n      truncate -s -{kilobytes}k filler\n"
    )
}

#[test]
fn a_disk_that_fills_up_in_the_middle_of_a_run_costs_no_data() {
    let Some(dash) = program("dash") else { return };
    let Some(machine) = Machine::start("", &[("brim", &dash)]) else { return };
    let disk = SmallDisk::mount(machine.sshd.path("disk"), "size=90M");
    let site = Site::start(&machine, &disk.0);
    let before = site.data();
    let mut ends = Vec::new();
    for (step, kilobytes) in [
        ("seal", 0),
        ("adopt", 0),
        ("adopt", 60),
        ("adopt", 500),
        ("adopt", 1100),
        ("switch", 0),
        ("settle", 0),
        ("prune", 8),
        ("record", 0),
    ] {
        let old = live(&site.deploy_to);
        site.configure(&fill(step, kilobytes));
        let run = site.project.deployer(&["run", "production"]);
        let told = format!("{step} {kilobytes}:\n{}{}", run.stdout, run.stderr);
        ends.push(run.exit);
        assert_eq!(run.exit == 0, live(&site.deploy_to) != old, "{told}");
        assert_eq!(site.data(), before, "{told}");
        assert!(site.keeps_the_edit(), "{told}");
        assert!(!site.deploy_to.join(".deployer/lock").is_symlink(), "{told}");
        fs::remove_file(site.deploy_to.join("filler")).unwrap();
        site.configure("");
        site.project.deploy();
        assert_eq!(site.data(), before, "after {told}");
        assert!(site.keeps_the_edit(), "after {told}");
        let current = site.deploy_to.join("current/code.php");
        fs::write(current, format!("<?php // edited again, after {step} {kilobytes}\n")).unwrap();
    }
    assert!(ends.contains(&0) && ends.contains(&1), "{ends:?}");
    assert!(ends.iter().all(|exit| [0, 1].contains(exit)), "{ends:?}");
}
