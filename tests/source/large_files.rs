//! Git LFS: real large files, from a real (local) server of them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::{commit, git, lab, told};
use crate::harness::Lab;
use crate::part::program;

/// A project that keeps its pictures in Git LFS, pushed to a bare repository.
fn with_pictures() -> (Lab, PathBuf) {
    let lab = lab(&["web"], "");
    let (project, server) = (lab.path("project"), lab.path("server.git"));
    git(&project, &["init", "--quiet", "--bare", &server.to_string_lossy()]);
    git(&project, &["remote", "add", "origin", &format!("file://{}", server.display())]);
    git(&project, &["lfs", "install", "--local"]);
    git(&project, &["lfs", "track", "*.png"]);
    lab.write("public/a picture.png", &"large ".repeat(1000));
    commit(&project, "pictures");
    git(&project, &["push", "--quiet", "origin", "main"]);
    (lab, server)
}

/// A folder with git, a shell and what they need, without git-lfs.
fn without_lfs(lab: &Lab) -> PathBuf {
    let bin = lab.path("bin");
    fs::create_dir(&bin).unwrap();
    for name in ["git", "sh", "tar", "gzip", "id", "uname", "cat"] {
        symlink(program(name).unwrap(), bin.join(name)).unwrap();
    }
    bin
}

fn picture(lab: &Lab) -> usize {
    fs::read(lab.host("web").app("current/public/a picture.png")).unwrap().len()
}

#[test]
fn large_files_are_deployed_with_their_content() {
    let Some(_) = program("git-lfs") else { return };
    let (lab, server) = with_pictures();
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(picture(&lab), 6000);
    // From the server, with nothing of it on this machine, and whatever `git lfs install` was told.
    let url = format!("file://{}", server.display());
    lab.configure(&format!(
        "source: {{ git: \"{url}\", ref: main }}\nshared: {{ dirs: [public/uploads] }}\n"
    ));
    fs::remove_dir_all(lab.path("project/.git")).unwrap();
    fs::write(lab.path("me/.gitconfig"), "[filter \"lfs\"]\n\tsmudge = git-lfs smudge --skip -- %f\n")
        .unwrap();
    fs::remove_file(lab.host("web").app("current/public/a picture.png")).unwrap();
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(picture(&lab), 6000);
}

#[test]
fn a_file_that_the_server_of_large_files_lacks_stops_the_run() {
    let Some(_) = program("git-lfs") else { return };
    let (lab, server) = with_pictures();
    fs::remove_dir_all(server.join("lfs")).unwrap();
    fs::remove_dir_all(lab.path("project/.git/lfs")).unwrap();
    // Git would store it there again when it compares the file.
    fs::remove_file(lab.path("project/public/a picture.png")).unwrap();
    let before = lab.trees();
    let (exit, text) = told(&mut lab.command(&["run", "test", "--output", "plain"]));
    assert!(exit == 1 && text.contains("a picture.png"), "{text}");
    assert_eq!(lab.trees(), before);
}

#[test]
fn where_git_lfs_is_missing_the_file_is_named_before_any_host_is_asked() {
    let Some(_) = program("git-lfs") else { return };
    let (lab, _) = with_pictures();
    let before = lab.host("web").everything();
    let bin = without_lfs(&lab);
    for system in ["0", "1"] {
        let refused = |command: &str| {
            let mut command = lab.command(&[command, "test"]);
            told(command.env("PATH", &bin).env("GIT_CONFIG_NOSYSTEM", system))
        };
        for command in ["plan", "run", "package"] {
            let (exit, text) = refused(command);
            let expected = "the commit keeps files in Git LFS, and git-lfs is not on this machine: \
                            public/a picture.png; install it";
            assert!(exit == 2 && text.contains(expected), "{exit} {text}");
        }
    }
    assert_eq!(lab.host("web").everything(), before);
    assert!(Path::new(&bin).exists());
}
