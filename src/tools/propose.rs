//! Which presets a repository's own files show that it uses.

/// A file that shows a tool, and a word that it must hold; any will do without one.
struct Sign {
    preset: &'static str,
    /// A path, or its end after a `*`.
    path: &'static str,
    word: &'static str,
}

const fn sign(preset: &'static str, path: &'static str, word: &'static str) -> Sign {
    Sign { preset, path, word }
}

/// Every sign, by preset.
const SIGNS: &[Sign] = &[
    sign("ruff", "*ruff.toml", ""),
    sign("ruff", "*pyproject.toml", "[tool.ruff"),
    sign("eslint", "*eslint.config.js", ""),
    sign("eslint", "*eslint.config.mjs", ""),
    sign("eslint", "*eslint.config.cjs", ""),
    sign("eslint", "*eslint.config.ts", ""),
    sign("eslint", "*.eslintrc.json", ""),
    sign("eslint", "*.eslintrc.js", ""),
    sign("eslint", "*.eslintrc.cjs", ""),
    sign("eslint", "*.eslintrc.yml", ""),
    sign("biome", "*biome.json", ""),
    sign("biome", "*biome.jsonc", ""),
    sign("clippy", "clippy.toml", ""),
    sign("clippy", ".clippy.toml", ""),
    sign("clippy", "Cargo.toml", "clippy"),
    sign("mypy", "mypy.ini", ""),
    sign("mypy", ".mypy.ini", ""),
    sign("mypy", "pyproject.toml", "[tool.mypy"),
    sign("mypy", "setup.cfg", "[mypy"),
    sign("shellcheck", ".shellcheckrc", ""),
    sign("shellcheck", "*.sh", "shellcheck "),
    sign("hadolint", ".hadolint.yaml", ""),
    sign("hadolint", ".hadolint.yml", ""),
    sign("hadolint", "*Dockerfile", "hadolint "),
    sign("actionlint", ".github/actionlint.yaml", ""),
    sign("actionlint", ".github/actionlint.yml", ""),
    sign("zizmor", "zizmor.yml", ""),
    sign("zizmor", ".github/zizmor.yml", ""),
    sign("typos", "typos.toml", ""),
    sign("typos", "_typos.toml", ""),
    sign("typos", ".typos.toml", ""),
    sign("typos", "pyproject.toml", "[tool.typos"),
    sign("djlint", ".djlintrc", ""),
    sign("djlint", "djlint.toml", ""),
    sign("djlint", "pyproject.toml", "[tool.djlint"),
    sign("django-upgrade", "pyproject.toml", "django-upgrade"),
    sign("semgrep", ".semgrep.yml", ""),
    sign("manage-check", "manage.py", "django"),
];

/// The names of presets that files show to be used, in the order of the presets. `read` gives the text of a path of `paths`.
pub fn propose<'p>(paths: impl IntoIterator<Item = &'p str>, read: impl Fn(&str) -> Option<String>) -> Vec<&'static str> {
    let mut shown: Vec<&'static str> = Vec::new();
    for path in paths {
        let is_at = |sign: &Sign| match sign.path.strip_prefix('*') {
            // The name itself, or the end of a name such as `.sh`.
            Some(end) => path == end || path.ends_with(end) && (end.starts_with('.') || path.ends_with(&format!("/{end}"))),
            None => path == sign.path,
        };
        for sign in SIGNS.iter().filter(|sign| is_at(sign)) {
            if !shown.contains(&sign.preset) && (sign.word.is_empty() || read(path).is_some_and(|text| text.contains(sign.word))) {
                shown.push(sign.preset);
            }
        }
    }
    let mut ordered: Vec<&'static str> = SIGNS.iter().map(|sign| sign.preset).filter(|preset| shown.contains(preset)).collect();
    ordered.dedup();
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::presets;

    #[test]
    fn files_and_their_words_show_what_is_used() {
        let files = [
            ("pyproject.toml", "[tool.ruff.lint]\n"),
            ("web/eslint.config.js", ""),
            ("my-ruff.toml", ""),
            ("a.sh", "# no"),
            ("manage.py", "django"),
        ];
        let read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        assert_eq!(propose(files.iter().map(|(path, _)| *path), read), ["ruff", "eslint", "manage-check"]);
        assert_eq!(propose([], |_| None), [""; 0]);
    }

    #[test]
    fn every_sign_is_of_a_preset_and_every_preset_has_one() {
        let presets = presets();
        assert!(SIGNS.iter().all(|sign| presets.iter().any(|preset| preset == sign.preset)));
        assert!(presets.iter().all(|preset| SIGNS.iter().any(|sign| sign.preset == preset)));
    }
}
