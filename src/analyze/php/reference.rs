//! What a PHP file declares, and the names it uses.

use super::guard::Guard;

/// What a PHP file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The full names of its classes, interfaces, traits and enums.
    pub classes: Vec<String>,
    /// The names of its functions, without their namespace.
    pub functions: Vec<String>,
    /// The names it uses, in the order of the file.
    pub references: Vec<Reference>,
}

/// A name that a file uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The full name, without the first `\`.
    pub name: String,
    /// How it is used.
    pub kind: Kind,
    /// The line, counted from 1.
    pub line: u32,
    /// What is known where it is used.
    pub guard: Guard,
    /// What it stands in.
    pub context: Context,
}

/// How a name is used. Imports and the types of properties and results are not listed: PHP does not look
/// for the class because of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `new Name`.
    New,
    /// `Name::method()`, `Name::CONSTANT`, `Name::$property`.
    Static,
    /// `extends Name`.
    Extends,
    /// `implements Name`.
    Implements,
    /// `use Name;` in a class.
    Trait,
    /// `Name::class`, and what an array has under it as key: the strings in that.
    Constant {
        /// The strings of the array that the class is the key of; `None`: it is not a key.
        value: Option<Vec<String>>,
    },
    /// A string that could be the name of a class.
    Text,
    /// The type of a parameter that must be given.
    Parameter,
    /// `name()`.
    Call,
    /// `Name::factory()`.
    Factory,
    /// `$this->faker`, `static::faker()`.
    Faker,
    /// A string that starts seeding: `db:seed`, `--seed`.
    Seed,
}

/// What a name stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The function or method; `{closure}` for one without a name.
    pub function: Option<String>,
    /// The innermost call whose argument it is.
    pub call: Option<String>,
    /// The outermost key of the array.
    pub key: Option<String>,
}
