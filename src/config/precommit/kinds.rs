//! Kinds of files as pre-commit tells them (`types`, after the library `identify`), as globs.

/// Kinds that a file's name does not tell: what every file is, or what its mode and content say.
const EVERY: [&str; 3] = ["file", "text", "non-executable"];

/// Kinds, and the globs of their names. What a shebang alone tells is not among them.
const KINDS: &[(&str, &[&str])] = &[
    ("asciidoc", &["**/*.{adoc,asciidoc}"]),
    ("bash", &["**/*.{bash,bats}", "**/.bashrc", "**/.bash_profile"]),
    ("c", &["**/*.{c,h}"]),
    ("c#", &["**/*.{cs,csx}"]),
    ("c++", &["**/*.{c++,cc,cpp,cxx,h,hh,hpp,hxx,ipp,ixx,mm}"]),
    ("cmake", &["**/*.cmake", "**/CMakeLists.txt"]),
    ("css", &["**/*.css"]),
    ("csv", &["**/*.csv"]),
    ("cython", &["**/*.{pxd,pxi,pyx}"]),
    ("dart", &["**/*.dart"]),
    ("dockerfile", &["**/Dockerfile", "**/Containerfile", "**/*.dockerfile", "**/Dockerfile.*"]),
    ("elixir", &["**/*.{ex,exs}"]),
    ("go", &["**/*.go"]),
    ("graphql", &["**/*.graphql"]),
    ("groovy", &["**/*.{gradle,groovy,jenkinsfile}", "**/Jenkinsfile"]),
    ("haskell", &["**/*.hs"]),
    ("hcl", &["**/*.hcl"]),
    ("header", &["**/*.{h,hh,hpp,hxx}"]),
    ("html", &["**/*.{htm,html,xhtml}"]),
    ("image", &["**/*.{avif,bmp,gif,jpeg,jpg,png,svg,tif,tiff,webp}"]),
    ("ini", &["**/*.ini", "**/setup.cfg", "**/.flake8", "**/.coveragerc"]),
    ("java", &["**/*.java"]),
    ("javascript", &["**/*.{cjs,js,mjs}"]),
    ("jinja", &["**/*.{j2,jinja,jinja2}"]),
    ("json", &["**/*.{ejson,geojson,ipynb,json,jsonld}", "**/.babelrc", "**/Pipfile.lock"]),
    ("json5", &["**/*.json5"]),
    ("jsx", &["**/*.jsx"]),
    ("jupyter", &["**/*.ipynb"]),
    ("kotlin", &["**/*.{kt,kts}"]),
    ("less", &["**/*.less"]),
    ("lua", &["**/*.lua"]),
    ("makefile", &["**/*.{make,mk}", "**/{GNUmakefile,Makefile,makefile}"]),
    ("markdown", &["**/*.{markdown,md}"]),
    ("mdx", &["**/*.mdx"]),
    ("nix", &["**/*.nix"]),
    ("perl", &["**/*.{pl,pm}"]),
    ("php", &["**/*.{php,php4,php5,phtml}"]),
    ("plain-text", &["**/*.txt"]),
    ("png", &["**/*.png"]),
    ("powershell", &["**/*.{ps1,psd1,psm1}"]),
    ("proto", &["**/*.proto"]),
    ("pyi", &["**/*.pyi"]),
    ("python", &["**/*.{gyp,gypi,py,pyi,pyt,pyw,tac,wsgi}"]),
    ("r", &["**/*.{r,R}"]),
    ("rst", &["**/*.rst"]),
    ("ruby", &["**/*.{gemspec,jbuilder,rake,rb}", "**/{Gemfile,Rakefile,Vagrantfile}"]),
    ("rust", &["**/*.rs"]),
    ("sass", &["**/*.sass"]),
    ("scala", &["**/*.{sbt,sc,scala}"]),
    ("scss", &["**/*.scss"]),
    ("sh", &["**/*.{bash,bats,sh,zsh}"]),
    ("shell", &["**/*.{bash,bats,csh,sh,zsh}", "**/.bashrc", "**/.zshrc", "**/.profile", "**/.envrc"]),
    ("sql", &["**/*.sql"]),
    ("svelte", &["**/*.svelte"]),
    ("svg", &["**/*.svg"]),
    ("swift", &["**/*.swift"]),
    ("terraform", &["**/*.{tf,tfvars}"]),
    ("tex", &["**/*.{sty,tex}"]),
    ("toml", &["**/*.toml", "**/{Cargo,poetry,uv}.lock", "**/Pipfile"]),
    ("ts", &["**/*.ts"]),
    ("tsx", &["**/*.tsx"]),
    ("vue", &["**/*.vue"]),
    ("xml", &["**/*.{csproj,fsproj,gpx,kml,pom,props,resx,rng,svg,targets,vbproj,vcxproj,wsdl,xaml,xhtml,xlf,xliff,xml,xsd,xsl,xslt}"]),
    ("yaml", &["**/*.{eyaml,yaml,yml}", "**/.clang-format", "**/.clang-tidy", "**/.yamllint"]),
    ("zsh", &["**/*.zsh", "**/.zshrc"]),
];

/// Whether every file that a check of text looks at is of this kind.
pub(super) fn is_every(kind: &str) -> bool {
    EVERY.contains(&kind)
}

/// The globs of files of a kind; none where names do not tell it.
pub(super) fn globs(kind: &str) -> Option<&'static [&'static str]> {
    KINDS.iter().find(|(name, _)| *name == kind).map(|(_, globs)| *globs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::PathGlob;

    #[test]
    fn kinds_are_in_order_and_their_globs_read() {
        assert!(KINDS.is_sorted_by_key(|(kind, _)| kind));
        for glob in KINDS.iter().flat_map(|(_, globs)| *globs) {
            PathGlob::parse(glob).unwrap();
        }
        let named =
            |kind: &str, path: &str| globs(kind).unwrap().iter().any(|glob| PathGlob::parse(glob).unwrap().matches(path.as_bytes()));
        assert!(named("python", "a/b.py") && named("dockerfile", "Dockerfile") && !named("python", "a/b.pyc"));
        assert_eq!(globs("symlink"), None);
    }
}
