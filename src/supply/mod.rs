//! What a tree is made of: the packages that its files name, the bill of materials made of them, and what is known of them. It
//! asks no network, and decides about no deploy.

pub mod census;
pub mod osv;
pub mod sbom;
pub mod version;
