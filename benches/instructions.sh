#!/usr/bin/env bash
# Counts the instructions a pixel of every backend with callgrind, whose counts repeat exactly, and
# compares them with benches/instructions.txt: more than 5 % above a figure there fails.
#
#     benches/instructions.sh           compare
#     benches/instructions.sh --write   write the figures anew
set -euo pipefail
cd "$(dirname "$0")/.."
figures=benches/instructions.txt
program=$(cargo bench --quiet --bench instructions --no-run --message-format=json |
    sed -n 's/.*"name":"instructions".*"executable":"\([^"]*\)".*/\1/p')

count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$@" 2>&1 |
        sed -n 's/.*Collected : //p'
}

measured=$(
    for backend in portable avx2 avx512; do
        for format in rgb24 gray8 rgba gray10; do
            if [ "$(valgrind --quiet --tool=none "$program" "$backend" "$format" loop 0 2>/dev/null)" = unavailable ]; then
                echo "$backend $format not counted: this valgrind or processor lacks it" >&2
                continue
            fi
            measures="loop stream still"
            [ "$format" != rgb24 ] || measures="$measures profiles patterns"
            for what in $measures; do
                few=$(count "$backend" "$format" "$what" 1)
                many=$(count "$backend" "$format" "$what" 9)
                awk -v n="$backend $format $what" -v d=$((many - few)) \
                    'BEGIN { printf "%s %.3f\n", n, d / (8 * 640 * 360) }'
            done
        done
    done
)
[ -n "$measured" ] || { echo "nothing was counted" >&2; exit 1; }
if [ "${1:-}" = --write ]; then
    { echo "# backend format what instructions-a-pixel"; echo "$measured"; } >"$figures"
fi
awk 'FNR == NR { kept[$1 " " $2 " " $3] = $4; next }
     { key = $1 " " $2 " " $3
       verdict = !(key in kept) ? "no figure" : $4 > 1.05 * kept[key] ? "GROWN" : "ok"
       printf "%-22s %7.3f instructions a pixel, kept %s: %s\n", key, $4, kept[key], verdict
       if (verdict != "ok") failed = 1 }
     END { exit failed }' "$figures" <(echo "$measured")
