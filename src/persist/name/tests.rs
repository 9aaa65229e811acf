//! Names and what they say.
