//! Whether the use of a name makes PHP look for the class. It does to make an object, to call a static
//! method or to extend; it does not for `Name::class`, unless a framework is given that to make one.

use super::super::php::{Kind, Reference};
use super::area::Area;
use super::unit::Unit;

/// Functions that make an object of the class they are given.
const MAKERS: [&str; 17] = [
    "app",
    "append",
    "call",
    "callOnce",
    "callSilent",
    "callWith",
    "commands",
    "get",
    "make",
    "makeWith",
    "middleware",
    "prepend",
    "push",
    "register",
    "resolve",
    "withCommands",
    "withProviders",
];
/// Functions whose parameters a framework makes.
const INJECTED: [&str; 4] = ["__construct", "__invoke", "boot", "run"];

/// Tells whether PHP looks for the class when the code runs.
pub(super) fn loads(reference: &Reference, unit: &Unit) -> bool {
    match &reference.kind {
        Kind::New | Kind::Static | Kind::Extends | Kind::Implements | Kind::Trait | Kind::Call => true,
        Kind::Constant { value } => is_made(reference, unit, value.as_deref()),
        Kind::Text => is_made(reference, unit, None),
        Kind::Parameter => is_injected(reference, unit),
        Kind::Faker => unit.area == Area::Factory,
        Kind::Factory | Kind::Seed => false,
    }
}

fn is_made(reference: &Reference, unit: &Unit, value: Option<&[String]>) -> bool {
    let path = unit.path.as_str();
    if path == "config/bundles.php" {
        // `Bundle::class => ['dev' => true]`.
        return value
            .is_some_and(|environments| environments.iter().any(|name| name == "all" || name == "prod"));
    }
    match reference.context.key.as_deref() {
        // A short name is made a class when it is used.
        Some("aliases") => return false,
        Some("providers") if path.starts_with("config/") => return true,
        _ => {}
    }
    let call = reference.context.call.as_deref();
    path == "bootstrap/providers.php"
        || call.is_some_and(|call| MAKERS.contains(&call))
        || reference.kind != Kind::Text
            && (path.starts_with("routes/") || path == "bootstrap/app.php" || path.ends_with("/Kernel.php"))
}

fn is_injected(reference: &Reference, unit: &Unit) -> bool {
    let function = reference.context.function.as_deref().unwrap_or_default();
    INJECTED.contains(&function)
        || matches!(unit.area, Area::Seeder | Area::Factory)
        || function == "handle" && (unit.path.contains("/Commands/") || unit.path.contains("/Jobs/"))
        || unit.path.contains("/Controllers/")
        || unit.path.starts_with("routes/")
}
