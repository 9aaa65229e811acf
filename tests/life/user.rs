//! What users do, in files.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::script::{Deed, How};
use super::thing::Found;

/// Where users write. Several are places of vendors, too, and some are in the way of others.
pub const PLACES: [&str; 24] = [
    "notes.txt",
    "public/it's \"x\" $(y) `z` *.txt",
    "-rf/-x y",
    "public/ünï cödé/ß.txt",
    "odd\nname.txt",
    "a/b/c/d/e/f.txt",
    "a/b",
    "data",
    "data/inner.txt",
    "back\\slash.txt",
    "tab\there.txt",
    "Notes.txt",
    "public/avatars/me.png",
    "public/media/deep/clip.mp4",
    "public/uploads/a.jpg",
    "public/uploads/al bum/b.jpg",
    "public/uploads/welcome.jpg",
    "public/uploads/demo.jpg",
    "storage/app/x.bin",
    "config/settings.php",
    "gallery/mine.jpg",
    "gallery/g1.jpg",
    "src/a.php",
    "public/index.html",
];

/// What a deed came to.
pub enum Done {
    /// The path has this now.
    Written(&'static str, Found),
    /// The path is gone.
    Deleted(&'static str),
    /// It could not be done there.
    Nothing,
}

/// Does it below a directory; `number` makes what is written unique.
pub fn act(deed: &Deed, below: &Path, number: u64) -> Done {
    let place = match deed {
        Deed::Write { place, .. } | Deed::Link { place } | Deed::Delete { place } => {
            PLACES[usize::from(*place) % PLACES.len()]
        }
    };
    let path = below.join(place);
    // Users' own links lead nowhere.
    let is_own_link = path.is_symlink() && !path.exists();
    let is_shared_file = path.is_symlink() && !is_own_link;
    match deed {
        Deed::Delete { .. } if is_own_link || path.is_file() && !is_shared_file => {
            fs::remove_file(&path).unwrap();
            return Done::Deleted(place);
        }
        Deed::Delete { .. } => return Done::Nothing,
        Deed::Link { .. } if is_shared_file => return Done::Nothing,
        _ if path.is_dir() => return Done::Nothing,
        _ if fs::create_dir_all(path.parent().unwrap()).is_err() => return Done::Nothing,
        Deed::Link { .. } => {
            let new = path.with_extension(format!("new{number}"));
            symlink(format!("target {number}"), &new).unwrap();
            fs::rename(new, &path).unwrap();
        }
        Deed::Write { how, mode, longer, aged, .. } => {
            // All of a length, so that nothing but its content tells one from the other.
            let text = format!("{number:08}{}\n", if *longer { " and more" } else { "" });
            let how = match how {
                How::Rename if is_shared_file => How::InPlace,
                _ if is_own_link => How::Rename,
                how => *how,
            };
            let written = write(&path, how, &text, mode.0);
            if *aged {
                let age = Duration::from_secs(100_000 - number);
                written.set_modified(SystemTime::now() - age).unwrap();
            }
        }
    }
    Done::Written(place, Found::at(&path).unwrap())
}

fn write(path: &Path, how: How, text: &str, mode: u32) -> File {
    let mut file = match how {
        How::InPlace => File::create(path).unwrap(),
        How::Append => File::options().create(true).append(true).open(path).unwrap(),
        How::Rename => {
            let new = path.with_extension(format!("new{text}").trim());
            let mut file = File::create(&new).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file.set_permissions(fs::Permissions::from_mode(mode)).unwrap();
            fs::rename(new, path).unwrap();
            return file;
        }
    };
    file.write_all(text.as_bytes()).unwrap();
    file.set_permissions(fs::Permissions::from_mode(mode)).unwrap();
    file
}
