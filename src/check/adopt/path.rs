//! Expressions over paths as globs, where one says the same as the other.

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{AssertionKind, Ast, ClassBracketed, ClassPerlKind, ClassSet, ClassSetItem, Flag, FlagsItemKind};
use regex_syntax::ast::{GroupKind, LiteralKind, Repetition, RepetitionKind, RepetitionRange};

use super::dialect::from_go;

/// The longest glob that is made.
const MAX_GLOB_BYTES: usize = 2048;

/// How many globs an expression may become.
const MAX_GLOBS: usize = 256;
/// How often a part may be repeated by its number.
const MAX_REPEATED: u32 = 32;

/// The glob that names what an expression finds in paths, or less, never more; none where there is no such glob. A glob
/// that names a folder names all below it.
pub fn path_glob(regex: &str) -> Option<String> {
    let ast = Parser::new().parse(regex).ok()?;
    let mut parts = Vec::new();
    flatten(&ast, &mut parts);
    let fold = take_flags(&mut parts, false)?;
    glob_of(parts, fold)
}

/// The same with as many globs as it takes, of an expression in Python's form: one for each branch that stands for a place
/// of its own. An expression that finds anything gives `**`.
pub fn path_globs(regex: &str) -> Option<Vec<String>> {
    let regex = regex.replace("\\Z", "\\z");
    let parse = |regex: &str| Parser::new().parse(regex).ok();
    let ast = parse(&regex).or_else(|| parse(&from_go(&regex)))?;
    let mut parts = Vec::new();
    flatten(&ast, &mut parts);
    let fold = take_flags(&mut parts, true)?;
    let mut globs: Vec<String> = Vec::new();
    for branch in branches_of(&parts)? {
        let anything = branch.iter().all(|part| is_anything(part) || matches!(part, Ast::Assertion(_) | Ast::Empty(_)));
        let glob = if anything { "**".to_owned() } else { glob_of(branch, fold)? };
        if !globs.contains(&glob) {
            globs.push(glob);
        }
    }
    Some(globs)
}

/// Takes the flags in front of an expression, and says whether it matches in any case; none where one of them changes more.
fn take_flags(parts: &mut Vec<&Ast>, verbose: bool) -> Option<bool> {
    // What stands alone after a flag is a concatenation of its own.
    let Some(Ast::Flags(set)) = parts.first() else { return Some(false) };
    let is = |flag| move |kind: &FlagsItemKind| *kind == FlagsItemKind::Flag(flag);
    let allowed = |kind: &FlagsItemKind| is(Flag::CaseInsensitive)(kind) || verbose && is(Flag::IgnoreWhitespace)(kind);
    if !set.flags.items.iter().all(|item| allowed(&item.kind)) {
        return None;
    }
    let fold = set.flags.items.iter().any(|item| is(Flag::CaseInsensitive)(&item.kind));
    parts.remove(0);
    Some(fold)
}

/// Each way through the branches that have a place of their own: that hold a slash, an assertion or `.*`.
fn branches_of<'a>(parts: &[&'a Ast]) -> Option<Vec<Vec<&'a Ast>>> {
    let mut ways: Vec<Vec<&Ast>> = vec![Vec::new()];
    for &part in parts {
        let inner = match part {
            Ast::Alternation(branches) => branches.asts.iter().map(ways_of).collect::<Option<Vec<_>>>()?.concat(),
            Ast::Group(group) if is_plain(&group.kind) && has_place(&group.ast) && !is_root_or_slash(part) => ways_of(&group.ast)?,
            part => vec![vec![part]],
        };
        if ways.len().saturating_mul(inner.len()) > MAX_GLOBS {
            return None;
        }
        ways = ways.iter().flat_map(|way| inner.iter().map(|more| [way.as_slice(), more.as_slice()].concat())).collect();
    }
    Some(ways)
}

fn ways_of(ast: &Ast) -> Option<Vec<Vec<&Ast>>> {
    let mut parts = Vec::new();
    flatten(ast, &mut parts);
    branches_of(&parts)
}

fn is_plain(kind: &GroupKind) -> bool {
    !matches!(kind, GroupKind::NonCapturing(flags) if !flags.items.is_empty())
}

fn has_place(ast: &Ast) -> bool {
    match ast {
        Ast::Alternation(branches) => branches.asts.iter().any(has_place),
        Ast::Concat(parts) => parts.asts.iter().any(has_place),
        Ast::Group(group) => has_place(&group.ast),
        Ast::Assertion(_) => true,
        ast => is_slash(ast) || is_anything(ast),
    }
}

/// The glob of the parts of one way.
fn glob_of(mut parts: Vec<&Ast>, fold: bool) -> Option<String> {
    let start = Start::take(&mut parts);
    let ends = End::take(&mut parts);
    let mut body = String::new();
    for part in parts {
        write(part, fold, &mut body)?;
    }
    let body = if start == Start::Root { body.strip_prefix('/').map_or(body.clone(), str::to_owned) } else { body };
    // What names everything names more than anybody meant; what ends with any name in a folder names folders too.
    let is_open = ends == End::Exact && body.ends_with(['*', '?']);
    if body.chars().all(|c| "*?/{,}".contains(c)) || is_open || body.len() > MAX_GLOB_BYTES {
        return None;
    }
    let (body, ends) = match body.strip_suffix('/') {
        Some(folder) => (folder.to_owned(), End::Exact),
        None => (body, ends),
    };
    let head = match start {
        Start::Root => "",
        Start::Folder => "**/",
        // A slash before: not at the root.
        Start::Anywhere if body.starts_with('/') => "*/**",
        Start::Anywhere => "**/*",
    };
    let tail = if ends == End::Exact { "" } else { "*" };
    (!body.is_empty()).then(|| format!("{head}{body}{tail}"))
}

/// Where a path must begin to match.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Root,
    Folder,
    Anywhere,
}

impl Start {
    fn take(parts: &mut Vec<&Ast>) -> Self {
        let Some(&first) = parts.first() else { return Self::Anywhere };
        let start = if is(first, &AssertionKind::StartLine) || is(first, &AssertionKind::StartText) {
            Self::Root
        } else if is_root_or_slash(first) {
            Self::Folder
        } else if is_anything(first) {
            Self::Anywhere
        } else {
            return Self::Anywhere;
        };
        parts.remove(0);
        // `^.*x` is x anywhere.
        match parts.first() {
            Some(next) if start == Self::Root && is_anything(next) => {
                parts.remove(0);
                Self::Anywhere
            }
            _ => start,
        }
    }
}

/// How a path must end to match.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Exact,
    Open,
}

impl End {
    fn take(parts: &mut Vec<&Ast>) -> Self {
        let Some(&last) = parts.last() else { return Self::Open };
        let ends = is(last, &AssertionKind::EndLine) || is(last, &AssertionKind::EndText);
        if ends {
            parts.pop();
        }
        match parts.last() {
            // `(?:/.*)?`: the folder, and all below it.
            Some(rest) if is_rest_of_folder(rest) => {
                parts.pop();
                if ends { Self::Exact } else { Self::Open }
            }
            Some(rest) if is_anything(rest) => {
                parts.pop();
                Self::Open
            }
            _ if ends => Self::Exact,
            _ => Self::Open,
        }
    }
}

fn flatten<'a>(ast: &'a Ast, parts: &mut Vec<&'a Ast>) {
    match ast {
        Ast::Concat(concat) => concat.asts.iter().for_each(|ast| flatten(ast, parts)),
        ast => parts.push(ast),
    }
}

fn is(ast: &Ast, kind: &AssertionKind) -> bool {
    matches!(ast, Ast::Assertion(assertion) if assertion.kind == *kind)
}

/// `.*` in any form.
fn is_anything(ast: &Ast) -> bool {
    match ast {
        Ast::Repetition(repetition) => repetition.op.kind == RepetitionKind::ZeroOrMore && matches!(*repetition.ast, Ast::Dot(_)),
        Ast::Group(group) => is_anything(&group.ast),
        _ => false,
    }
}

/// `(?:^|/)`.
fn is_root_or_slash(ast: &Ast) -> bool {
    let Ast::Group(group) = ast else { return false };
    let Ast::Alternation(branches) = &*group.ast else { return false };
    let [one, other] = branches.asts.as_slice() else { return false };
    let pair = |root: &Ast, slash: &Ast| is(root, &AssertionKind::StartLine) && is_slash(slash);
    pair(one, other) || pair(other, one)
}

fn is_slash(ast: &Ast) -> bool {
    matches!(ast, Ast::Literal(literal) if literal.c == '/')
}

/// `(?:/.*)?`.
fn is_rest_of_folder(ast: &Ast) -> bool {
    let Ast::Repetition(repetition) = ast else { return false };
    let Ast::Group(group) = &*repetition.ast else { return false };
    let Ast::Concat(concat) = &*group.ast else { return false };
    let [slash, rest] = concat.asts.as_slice() else { return false };
    repetition.op.kind == RepetitionKind::ZeroOrOne && is_slash(slash) && (is_anything(rest) || is_something(rest))
}

/// `.+`.
fn is_something(ast: &Ast) -> bool {
    matches!(ast, Ast::Repetition(repetition) if repetition.op.kind == RepetitionKind::OneOrMore && matches!(*repetition.ast, Ast::Dot(_)))
}

fn write(ast: &Ast, fold: bool, glob: &mut String) -> Option<()> {
    if glob.len() > MAX_GLOB_BYTES {
        return None;
    }
    match ast {
        Ast::Empty(_) => {}
        Ast::Literal(literal) => {
            if !matches!(literal.kind, LiteralKind::Verbatim | LiteralKind::Meta | LiteralKind::Superfluous) || literal.c.is_control() {
                return None;
            }
            write_char(literal.c, fold, glob);
        }
        // A glob's `?` is no slash: it names less.
        Ast::Dot(_) => glob.push('?'),
        Ast::ClassPerl(class) if class.kind == ClassPerlKind::Digit && !class.negated => glob.push_str("[0-9]"),
        Ast::ClassPerl(class) if class.kind == ClassPerlKind::Word && !class.negated => glob.push_str("[0-9A-Za-z_]"),
        Ast::ClassBracketed(class) => write_class(class, fold, glob)?,
        Ast::Group(group) => {
            if !is_plain(&group.kind) {
                return None;
            }
            let Ast::Alternation(branches) = &*group.ast else { return each(&group.ast, fold, glob) };
            write_branches(&branches.asts, fold, glob)?;
        }
        Ast::Alternation(branches) => write_branches(&branches.asts, fold, glob)?,
        Ast::Repetition(repetition) if repetition.op.kind == RepetitionKind::ZeroOrOne => {
            glob.push_str("{,");
            each(&repetition.ast, fold, glob)?;
            glob.push('}');
        }
        Ast::Repetition(repetition) => write_repeated(repetition, fold, glob)?,
        _ => return None,
    }
    Some(())
}

/// What a glob can repeat: anything, anything in one folder, and a part by its number.
fn write_repeated(repetition: &Repetition, fold: bool, glob: &mut String) -> Option<()> {
    let any = matches!(*repetition.ast, Ast::Dot(_));
    let in_folder = matches!(&*repetition.ast, Ast::ClassBracketed(class) if is_no_slash(class));
    match &repetition.op.kind {
        RepetitionKind::ZeroOrMore if any => glob.push_str("{*,*/**/*}"),
        RepetitionKind::OneOrMore if any => glob.push_str("{?*,*/**/*}"),
        RepetitionKind::ZeroOrMore if in_folder => glob.push('*'),
        RepetitionKind::OneOrMore if in_folder => glob.push_str("?*"),
        RepetitionKind::Range(RepetitionRange::Exactly(count)) if *count <= MAX_REPEATED => {
            (0..*count).try_for_each(|_| write(&repetition.ast, fold, glob))?;
        }
        _ => return None,
    }
    Some(())
}

/// `[^/]`.
fn is_no_slash(class: &ClassBracketed) -> bool {
    let slash = |item: &ClassSetItem| matches!(item, ClassSetItem::Literal(literal) if literal.c == '/');
    class.negated
        && matches!(&class.kind, ClassSet::Item(item) if slash(item) || matches!(item, ClassSetItem::Union(union) if union.items.iter().all(slash) && !union.items.is_empty()))
}

/// Letters, digits and the like, of which one stands there. A class that holds what a glob reads otherwise is none.
fn write_class(class: &ClassBracketed, fold: bool, glob: &mut String) -> Option<()> {
    if is_no_slash(class) {
        glob.push('?');
        return Some(());
    }
    let ClassSet::Item(item) = &class.kind else { return None };
    let items = match item {
        ClassSetItem::Union(union) => union.items.as_slice(),
        item => std::slice::from_ref(item),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._ ".contains(c);
    let (mut signs, mut hyphen) = (String::new(), false);
    for item in items {
        match item {
            ClassSetItem::Literal(literal) if literal.c == '-' => hyphen = true,
            ClassSetItem::Literal(literal) if plain(literal.c) => write_folded(literal.c, fold, &mut signs),
            ClassSetItem::Range(range) if !fold && plain(range.start.c) && plain(range.end.c) => {
                signs.push_str(&format!("{}-{}", range.start.c, range.end.c));
            }
            ClassSetItem::Perl(class) if class.kind == ClassPerlKind::Digit && !class.negated => signs.push_str("0-9"),
            _ => return None,
        }
    }
    let (not, hyphen) = (if class.negated { "!" } else { "" }, if hyphen { "-" } else { "" });
    if !signs.is_empty() || !hyphen.is_empty() {
        glob.push_str(&format!("[{not}{signs}{hyphen}]"));
    }
    Some(())
}

fn write_folded(c: char, fold: bool, signs: &mut String) {
    if fold && c.is_ascii_alphabetic() {
        signs.extend([c.to_ascii_lowercase(), c.to_ascii_uppercase()]);
    } else {
        signs.push(c);
    }
}

fn each(ast: &Ast, fold: bool, glob: &mut String) -> Option<()> {
    let mut parts = Vec::new();
    flatten(ast, &mut parts);
    parts.into_iter().try_for_each(|part| write(part, fold, glob))
}

fn write_branches(branches: &[Ast], fold: bool, glob: &mut String) -> Option<()> {
    glob.push('{');
    for (number, branch) in branches.iter().enumerate() {
        if number > 0 {
            glob.push(',');
        }
        each(branch, fold, glob)?;
    }
    glob.push('}');
    Some(())
}

fn write_char(c: char, fold: bool, glob: &mut String) {
    match c {
        '*' | '?' | '[' | ']' | '{' | '}' | ',' | '!' => glob.push_str(&format!("[{c}]")),
        '\\' => glob.push_str("\\\\"),
        c if fold && c.is_ascii_alphabetic() => glob.push_str(&format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase())),
        c => glob.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::{path_glob, path_globs};

    #[test]
    fn a_plain_path_an_ending_and_a_folder_become_globs() {
        for (regex, glob) in [
            (r"\.gem$", "**/*.gem"),
            (r"(?:^|/)vendor/modules\.txt$", "**/vendor/modules.txt"),
            (r"(^|/)node_modules(?:/.*)?$", "**/node_modules"),
            (r"(?i)\.(?:pn?g|gif)$", "**/*.{[pP]{,[nN]}[gG],[gG][iI][fF]}"),
            (r"testdata", "**/*testdata*"),
            (r".*test\.go", "**/*test.go*"),
            (r"^docs/", "docs"),
            (r"^/a\[b$", "a[[]b"),
            (r"Acme.xml", "**/*Acme?xml*"),
            (r"/tests/", "*/**/tests"),
            (r"a[^/]+b", "**/*a?*b*"),
            (r"^a.*b$", "a{*,*/**/*}b"),
            (r"^[a-c_-]\d{2}[^0]\.md$", "[a-c_-][0-9][0-9][!0].md"),
        ] {
            assert_eq!(path_glob(regex).as_deref(), Some(glob), "{regex}");
        }
    }

    #[test]
    fn what_no_glob_says_stays_behind() {
        for regex in
            ["", "^", ".*", r"\w+\.lock$", "(", r"(?s)a.b", r"(?x)a b", r"[[:alpha:]]", r"a{1,2}", "^docs/[^/]+$", "(?:^|/)(?:.*)?$"]
        {
            assert_eq!(path_glob(regex), None, "{regex}");
        }
    }

    #[test]
    fn branches_with_a_place_of_their_own_become_globs_of_their_own() {
        for (regex, globs) in [
            ("manage.py|^setup\\.py$", "**/*manage?py* setup.py"),
            ("^(src/|testing/|a|b/c.*)", "src testing a* b/c*"),
            (r"\.(css|scss)$", "**/*.{css,scss}"),
            ("(?x)^(\n  # vendored\n  vendor/.* |\n  (docs|help)/[^/]+\\.md\n)$\n", "vendor {docs,help}/?*.md"),
            ("^docs(/|$)", "docs"),
            ("(^|/)tests/.+\\.py$", "**/tests/{?*,*/**/*}.py"),
            ("{{slug}}|^a$", "**/*[{][{]slug[}][}]* a"),
            ("", "**"),
            (".*", "**"),
            ("^.*\\.py\\Z", "**/*.py"),
        ] {
            assert_eq!(path_globs(regex).map(|globs| globs.join(" ")).as_deref(), Some(globs), "{regex}");
        }
        assert_eq!(path_globs(r"^a/(?!b/)"), None);
        assert_eq!(path_globs(r"^docs/\w+\.md$"), None);
        assert_eq!(path_globs(&"(a/|b/)".repeat(9)), None, "too many");
    }
}
