//! What a tree is made of: the packages that its files name, and the bill of materials made of them. It asks no network, and
//! judges nothing.

pub mod census;
pub mod sbom;
