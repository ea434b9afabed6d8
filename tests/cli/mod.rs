//! What the command line says of itself.

mod help;
mod import;
mod precommit;
mod sbom;
mod vulns;
