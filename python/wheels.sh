#!/usr/bin/env bash
# Builds wheels for Linux with glibc 2.17 or later, and installs those for this machine into fresh environments without
# Rust, where their tests run.
#
#     python/wheels.sh [TARGET...]        x86_64-unknown-linux-gnu and aarch64-unknown-linux-gnu, if none is named
#
# Zig links for other processors and older systems; it comes from PyPI with maturin. Rust needs the standard library of each
# target: rustup target add aarch64-unknown-linux-gnu. One wheel serves Python 3.11 and all later versions; free-threaded
# Python 3.14 has no stable interface and gets one of its own, which is tested where there is a python3.14t.
set -euo pipefail
cd "$(dirname "$0")"
wheels=target/wheels
rm -rf "$wheels"
python3 -m venv --clear target/build
target/build/bin/pip install --quiet --disable-pip-version-check 'maturin[zig]>=1.9,<2'
[ $# != 0 ] || set -- x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu
for target in "$@"; do
    for interpreter in "" --interpreter=python3.14t; do
        # shellcheck disable=SC2086 # none is no argument
        PATH="$PWD/target/build/bin:$PATH" maturin build --release --zig --target "$target" $interpreter \
            --compatibility manylinux2014 --out "$wheels"
    done
done
ls -l "$wheels"

for wheel in "$wheels"/*manylinux*"$(uname -m)".whl; do
    [ -e "$wheel" ] || { echo "there is no wheel for this machine to test"; exit; }
    interpreter=python3 needs=("$wheel[test]")
    # Not every package that the tests use has a wheel for it.
    case $wheel in *cp314t*) interpreter=python3.14t needs=("$wheel" av matplotlib pandas pytest) ;; esac
    command -v "$interpreter" >/dev/null || { echo "$wheel was not tested: there is no $interpreter"; continue; }
    "$interpreter" -m venv --clear target/test
    target/test/bin/pip install --quiet --disable-pip-version-check "${needs[@]}"
    # With what every system has, and ffmpeg.
    PATH=/usr/bin:/bin target/test/bin/python -m pytest --quiet
done
