//! What an installation may leave behind, and what it must do while it is there.

use std::collections::BTreeMap;

use crate::support::{TestRepo, files_below};

/// The hooks and settings of git, the work tree and the home: what an installation may touch, and what it may not.
pub(super) fn everything(repo: &TestRepo) -> BTreeMap<String, (Vec<u8>, u32)> {
    let mut all = BTreeMap::new();
    for folder in [repo.path(""), repo.root().join("home")] {
        for (path, file) in files_below(&folder) {
            let kept = [".git/hooks", ".git/config", ".git/own", ".git/stanch/hooks"];
            if !path.starts_with(".git") || kept.iter().any(|kept| path.starts_with(kept)) {
                all.insert(folder.join(path).display().to_string(), (file.bytes, file.mode));
            }
        }
    }
    all
}

#[track_caller]
pub(super) fn same(left: &BTreeMap<String, (Vec<u8>, u32)>, right: &BTreeMap<String, (Vec<u8>, u32)>) {
    for name in left.keys().chain(right.keys()) {
        let show = |all: &BTreeMap<String, (Vec<u8>, u32)>| {
            all.get(name).map_or("nothing".to_owned(), |(bytes, mode)| format!("{mode:o} {}", String::from_utf8_lossy(bytes)))
        };
        assert!(left.get(name) == right.get(name), "{name} is\n{}\nand was\n{}", show(left), show(right));
    }
}

/// Installs twice, lets `use_it` see it work, uninstalls, and finds everything as it was.
#[track_caller]
pub(super) fn comes_and_goes(repo: &TestRepo, use_it: impl FnOnce(&TestRepo)) {
    let before = everything(repo);
    repo.stanch(["install"]).ok();
    let installed = everything(repo);
    assert_ne!(installed, before);
    repo.stanch(["install"]).ok();
    same(&everything(repo), &installed);
    use_it(repo);
    repo.stanch(["uninstall"]).ok();
    same(&everything(repo), &before);
    repo.stanch(["uninstall"]).ok().says("nothing was installed");
    same(&everything(repo), &before);
}

/// A commit that leaks is stopped, whatever else runs.
pub(super) fn guards(repo: &TestRepo) {
    repo.stage("leak.py", repo.leak());
    repo.git(["commit", "-m", "x"]).blocks("leak.py:1");
    repo.git(["rm", "-q", "-f", "leak.py"]).ok();
}
