# One verb each; `just ci` is what CI runs.

# layout, lints and the wall
check:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings
    cargo test --locked --test stanch house::

# everything, installing what the tests need
test:
    tests/run

# look through snapshots that changed (`cargo install cargo-insta`)
snap:
    cargo insta test --review

# prove every rule by its own examples
rules:
    cargo run --quiet --locked -- rules test

# what a hook costs beside git itself
bench:
    tests/bench/hook

# licences, sources, duplicates and, with the network, advisories
deny:
    cargo deny --locked check --hide-inclusion-graph

ci:
    .ci/run
