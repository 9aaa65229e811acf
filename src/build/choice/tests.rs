use super::super::node::tests::manifests;
use super::*;
use crate::persist::Tree;

const SERVER: &str = "work_dir /w\nsystem Linux x86_64\nchecksum sha256sum\nphp 8.2.29 php\nphp 8.3.1 php8.3\n\
                      composer 2.5.5 php /usr/bin/composer\nnode v20.1.0\nnpm 10.2.0\n";

fn offer(place: Place, lines: &str) -> Offer {
    Offer { place, answer: Ok(Toolchain::parse(lines.lines())) }
}

fn builder() -> Place {
    Place::Builder("ana@build1 port 22".to_owned())
}

/// What a release with these files needs.
fn wanted(files: &[(&str, &str)]) -> Wanted {
    let (manifests, tree) = (manifests(files), Tree::default());
    let composer = Composer::of(&manifests, &tree).unwrap();
    let php = composer.as_ref().and_then(|composer| composer.php.clone());
    let node = Node::of(&manifests, &tree).unwrap();
    Wanted { composer, php, node, insists: false, cache: Cache::ALL.into() }
}

fn composer(php: &str) -> Wanted {
    wanted(&[("composer.json", &format!(r#"{{"require": {{"php": "{php}"}}}}"#)), ("composer.lock", "{}")])
}

fn assets() -> Wanted {
    wanted(&[("package.json", r#"{"scripts": {"build": "vite build"}}"#), ("pnpm-lock.yaml", "")])
}

/// Why a machine with these lines cannot build it.
fn refused(wanted: &Wanted, lines: &str) -> String {
    let build = choose(wanted, &[offer(Place::Here, lines)]);
    let [refusal] = build.problems.as_slice() else { panic!("it can: {build:?}") };
    format!("{}\n{}", refusal.obstacle.text, refusal.obstacle.detail.join("\n"))
}

#[test]
fn composer_runs_on_the_first_php_that_fits() {
    let words = |php: &str| choose(&composer(php), &[offer(Place::Here, SERVER)]).composer;
    assert_eq!(words("^8.1"), ["php", "/usr/bin/composer"]);
    assert_eq!(words("^8.3"), ["php8.3", "/usr/bin/composer"]);
    assert_eq!(
        refused(&composer("^8.4"), SERVER),
        "no PHP is what composer.json asks for: ^8.4 (there: 8.2.29, 8.3.1)\n\
         install one that is, as `php8.3` or `php`, or build on another machine: `build.on`"
    );
}

#[test]
fn the_first_composer_is_refused_unless_the_user_names_it() {
    let old = SERVER.replace("2.5.5", "1.10.26");
    let mut wanted = composer("^8.1");
    assert_eq!(
        refused(&wanted, &old),
        "/usr/bin/composer is Composer 1.10.26, which nobody maintains any more\n\
         install Composer 2 (https://getcomposer.org/download), or name it: \
         `vars: { composer: /path/to/composer.phar }`; named, an old one is used, too"
    );
    let both = format!("{old}composer 2.8.1 program /usr/local/bin/composer2\n");
    assert_eq!(choose(&wanted, &[offer(Place::Here, &both)]).composer, ["/usr/local/bin/composer2"]);
    wanted.insists = true;
    assert_eq!(choose(&wanted, &[offer(Place::Here, &old)]).composer, ["php", "/usr/bin/composer"]);
}

#[test]
fn the_package_manager_of_the_lock_file_must_be_there() {
    assert_eq!(
        refused(&assets(), SERVER),
        "there is no pnpm, and pnpm-lock.yaml asks for it\n\
         `corepack enable` or `npm install -g pnpm` there, or build on another machine: `build.on`"
    );
    let with = |line: &str| choose(&assets(), &[offer(Place::Here, &format!("{SERVER}{line}\n"))]).script;
    assert_eq!(with("pnpm 9.1.0"), ["pnpm", "run", "build"]);
    assert_eq!(with("corepack 0.29.0"), ["corepack", "pnpm", "run", "build"]);
    let no_node = "work_dir /w\nsystem Linux x86_64\nchecksum sha256sum\n";
    assert!(
        refused(&assets(), no_node).starts_with("there is no Node.js, and pnpm-lock.yaml asks for a build")
    );
}

#[test]
fn the_first_place_that_can_build_is_taken_and_the_others_are_told_of() {
    let unreachable = Offer { place: builder(), answer: Err(Obstacle::new("build1 does not answer", "")) };
    let build = choose(&composer("^8.1"), &[unreachable.clone(), offer(Place::Here, SERVER)]);
    assert_eq!((build.place, build.work_dir.as_str()), (Place::Here, "/w"));
    assert_eq!(
        build.notes,
        ["the release is built on this machine, and not on the builder: build1 does not answer"]
    );
    let build = choose(&composer("^8.3"), &[offer(builder(), SERVER), offer(Place::Here, SERVER)]);
    assert_eq!((build.place, build.notes.len()), (builder(), 0));
    let build = choose(&composer("^8.1"), &[unreachable]);
    assert_eq!(build.problems.len(), 1);
    assert_eq!(build.composer, [""; 0]);
}

#[test]
fn a_kept_copy_is_good_for_the_same_programs_and_files() {
    let build = choose(&composer("^8.3"), &[offer(Place::Here, SERVER)]);
    let text = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let kept = Kept {
        versions: text(&["php 8.3.1", "composer 2.5.5", "Linux x86_64"]),
        files: text(&["composer.json", "composer.lock"]),
        directories: Vec::new(),
    };
    assert_eq!(build.kept, BTreeMap::from([(Cache::Vendor, Ok(kept))]));
    let off = Wanted { cache: BTreeSet::new(), ..composer("^8.3") };
    assert_eq!(choose(&off, &[offer(Place::Here, SERVER)]).kept, BTreeMap::new());
}
