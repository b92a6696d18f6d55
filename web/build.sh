#!/usr/bin/env bash
# Builds the npm package into dist/: the analyser of the C interface as WebAssembly, and the scripts around it; and into
# site/ the page, with the check and the report of the command as a module of its own.
#
# It needs Rust with the target (rustup target add wasm32-unknown-unknown), Node, and esbuild (npm ci). A compiler without
# the target builds its standard library too, where RUSTC_BOOTSTRAP=1 allows that; then wasm-ld must be on the PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
target=wasm32-unknown-unknown
sysroot=$("${RUSTC:-rustc}" --print sysroot)
std=()
if [ ! -d "$sysroot/lib/rustlib/$target/lib" ]; then
    [ "${RUSTC_BOOTSTRAP:-}" = 1 ] || { echo "web/build.sh: first: rustup target add $target" >&2; exit 1; }
    std=(-Zbuild-std=std,panic_abort)
fi
export RUSTFLAGS="-Ctarget-feature=+simd128" CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld
# At level 2 the analyser is as fast as at 3, and 5 KB smaller by gzip. Loops whose length is not known are not unrolled:
# they are as fast, since their vectors are what counts, and 4 KB smaller.
rolled=-Cllvm-args=-unroll-runtime=0
# Nor are loops of a known length, unless they are very short; and addresses are computed from an index, and not kept for
# each array (loop strength reduction). Together that saves 3 KB, and is as fast within 3 %.
small=(-Cllvm-args=-unroll-threshold=20 -Cllvm-args=-disable-lsr)
level=()
for package in flashinator flashinator-capi; do
    level+=(--config "profile.release.package.$package.opt-level=2")
done
cargo "${level[@]}" rustc --quiet --release --package flashinator-capi --lib \
    --crate-type staticlib "${std[@]}" --target $target --target-dir target/web -- $rolled "${small[@]}"

# Linked here, since only what is exported stays: the T table's functions would be a third of the module.
exports=(--export=flashinator_profile_of --export=flashinator_status_text)
for name in memory init push summary incident; do
    exports+=("--export=flashinator_analyser_$name")
done
PATH="$PATH:$(echo "$sysroot"/lib/rustlib/*/bin/gcc-ld)"
wasm-ld --no-entry --gc-sections --strip-all --stack-first -z stack-size=1048576 "${exports[@]}" \
    target/web/$target/release/libflashinator.a -o target/web/flashinator.wasm

cargo rustc --quiet --release --package flashinator-web-report "${std[@]}" --target $target --target-dir target/web \
    -- -Cstrip=symbols $rolled
node web/build.mjs target/web/flashinator.wasm target/web/$target/release/flashinator_web_report.wasm
