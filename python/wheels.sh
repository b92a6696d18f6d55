#!/usr/bin/env bash
# Builds wheels for Linux with glibc 2.17 or later, and installs the one for this machine into a fresh environment without
# Rust, where its tests run.
#
#     python/wheels.sh [TARGET...]        x86_64-unknown-linux-gnu and aarch64-unknown-linux-gnu, if none is named
#
# Zig links for other processors and older systems; it comes from PyPI with maturin. Rust needs the standard library of each
# target: rustup target add aarch64-unknown-linux-gnu. One wheel serves Python 3.11 and all later versions.
set -euo pipefail
cd "$(dirname "$0")"
wheels=target/wheels
rm -rf "$wheels"
python3 -m venv --clear target/build
target/build/bin/pip install --quiet --disable-pip-version-check 'maturin[zig]>=1.9,<2'
[ $# != 0 ] || set -- x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu
for target in "$@"; do
    PATH="$PWD/target/build/bin:$PATH" maturin build --release --zig --target "$target" \
        --compatibility manylinux2014 --out "$wheels"
done
ls -l "$wheels"

for wheel in "$wheels"/*manylinux*"$(uname -m)".whl; do
    [ -e "$wheel" ] || { echo "there is no wheel for this machine to test"; exit; }
    python3 -m venv --clear target/test
    target/test/bin/pip install --quiet --disable-pip-version-check "$wheel[test]"
    # With what every system has, and ffmpeg.
    PATH=/usr/bin:/bin target/test/bin/python -m pytest --quiet
done
