//! Applications as large and as varied as real ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::sshd::run;

/// The folders of some applications, each built on libraries of this machine where it has any.
pub struct Trees {
    folder: TempDir,
}

/// What tells an application's framework, by its name.
const SHAPES: [(&str, &[(&str, &str)]); 4] = [
    ("laravel", &[]),
    (
        "codeigniter",
        &[
            ("composer.json", "{ \"require\": { \"codeigniter4/framework\": \"^4.5\" } }\n"),
            ("spark", "<?php\n"),
            ("app/Config/App.php", "<?php\n"),
            ("app/Config/Paths.php", "<?php\n"),
            ("writable/uploads/index.html", "\n"),
            ("writable/cache/index.html", "\n"),
            ("public/index.php", "<?php\n"),
        ],
    ),
    (
        "wordpress",
        &[
            ("wp-load.php", "<?php\n"),
            ("wp-settings.php", "<?php\n"),
            ("wp-includes/version.php", "<?php\n"),
            ("wp-admin/index.php", "<?php\n"),
            ("wp-content/index.php", "<?php\n"),
            ("wp-content/uploads/2024/demo.jpg", "a demo\n"),
            ("wp-content/plugins/hello.php", "<?php\n"),
        ],
    ),
    (
        "symfony",
        &[
            ("composer.json", "{ \"require\": { \"symfony/framework-bundle\": \"^7.0\" } }\n"),
            ("bin/console", "<?php\n"),
            ("config/bundles.php", "<?php return [];\n"),
            ("src/Kernel.php", "<?php\n"),
            ("var/.gitkeep", ""),
            ("public/index.php", "<?php\n"),
        ],
    ),
];

impl Trees {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, files) in SHAPES {
            let root = folder.path().join(name);
            fs::create_dir_all(&root).unwrap();
            if name == "laravel" {
                let skeleton = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/laravel");
                run(Command::new("cp").arg("-r").arg(skeleton.join(".")).arg(&root));
            }
            for (path, text) in files {
                let path = root.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            for library in ["Illuminate", "Carbon"].map(|name| Path::new("/usr/share/php").join(name)) {
                if library.is_dir() {
                    fs::create_dir_all(root.join("vendor")).unwrap();
                    run(Command::new("cp").arg("-rL").arg(library).arg(root.join("vendor")));
                }
            }
        }
        Self { folder }
    }

    /// Returns the folder for a life.
    pub fn of(&self, seed: u64) -> PathBuf {
        let index = usize::try_from(seed % 4).unwrap();
        self.folder.path().join(SHAPES[index].0)
    }
}
