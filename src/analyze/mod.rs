//! What a tree of PHP and JavaScript asks for, and what is wrong with it before it is deployed. Pure:
//! the caller gives the files.

pub mod php;
