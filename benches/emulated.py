#!/usr/bin/env python3
"""Instructions and cycles a pixel of NEON and of AVX2, without a machine that has them.

    benches/emulated.py                           the table of docs/speed.md
    benches/emulated.py neon rgb24 analyser       a line of it; add --loops for the loops that take longest

The program of benches/instructions.rs runs under QEMU's user mode, where the plug-in benches/blocks.c counts how often
each block of instructions runs. Frames are counted by the difference of two runs. llvm-mca says how many cycles the
blocks take on a processor, whose caches it takes to have everything: a lower bound, good to compare code by. Blocks that
run equally often are taken for one loop.

It needs cargo, gcc, and of Debian: qemu-user, llvm-19, gcc-aarch64-linux-gnu, libc6:arm64; and Rust's standard
library for aarch64 (rustup target add aarch64-unknown-linux-gnu).
"""
import argparse
import json
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "target/emulated"
FRAMES = 2
PROCESSORS = {"aarch64": ["cortex-a55", "cortex-a76", "neoverse-n1", "apple-m1"], "x86_64": ["haswell"]}
CASES = [
    (backend, form, what)
    for form, what in [("rgb24", "loop"), ("gray8", "loop"), ("rgba", "loop"), ("gray10", "loop"), ("rgb24", "stream"),
                       ("rgb24", "analyser"), ("gray8", "analyser"), ("rgba", "analyser"), ("nv12", "analyser"),
                       ("gray10", "analyser")]
    for backend in ["neon", "portable", "avx2"]
]


def run(command, **options):
    return subprocess.run([str(word) for word in command], check=True, text=True, capture_output=True, **options)


def build(arch):
    """The program for a processor."""
    target = f"{arch}-unknown-linux-gnu"
    env = dict(os.environ, CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER="aarch64-linux-gnu-gcc")
    made = run(["cargo", "bench", "--quiet", "--bench", "instructions", "--no-run", "--message-format=json",
                "--target", target, "--target-dir", TARGET], cwd=ROOT, env=env)
    found = [json.loads(line) for line in made.stdout.splitlines()]
    return next(f["executable"] for f in found if f.get("target", {}).get("name") == "instructions" and f.get("executable"))


def plug_in():
    library = TARGET / "blocks.so"
    TARGET.mkdir(parents=True, exist_ok=True)
    run(["gcc", "-std=c11", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC", ROOT / "benches/blocks.c", "-o", library])
    return library


def blocks(arch, program, library, case, frames):
    """Instructions in all, and how often each block ran, by its code."""
    lines = run([f"qemu-{arch}", "-cpu", "max", "-plugin", library, program, *case, frames]).stderr.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("instructions "))
    found = {}
    for line in lines[start + 1:]:
        runs, address, code = line.split(" ", 2)
        found[int(address, 16), code] = int(runs)
    return int(lines[start].split()[1]), found


def loops(found):
    """Blocks that lie together and run equally often, as pairs of runs and code in the order of memory."""
    groups = []
    for (address, code), runs in sorted(found.items()):
        for group in groups:
            if abs(runs - group[0]) < 0.02 * group[0] and address - group[1] < 4096:
                group[1], group[2] = address, group[2] + " " + code
                break
        else:
            groups.append([runs, address, code])
    return [(runs, code) for runs, _, code in groups]


def cycles(arch, processor, code):
    """Of one turn of a loop, and its assembly."""
    lines = "\n".join(" ".join(f"0x{word[i:i + 2]}" for i in range(0, len(word), 2)) for word in code.split())
    assembly = run(["llvm-mc-19", "--disassemble", f"--triple={arch}-linux-gnu", "-mattr=+all" if arch == "aarch64" else
                    "-mattr=+avx2"], input=lines).stdout
    turns = 100
    said = run(["llvm-mca-19", f"-mtriple={arch}-linux-gnu", f"-mcpu={processor}", f"-iterations={turns}"],
               input=assembly).stdout
    return int(re.search(r"Total Cycles:\s*(\d+)", said).group(1)) / turns, assembly


def measure(arch, program, library, case):
    few, before = blocks(arch, program, library, case, 1)
    many, after = blocks(arch, program, library, case, 1 + FRAMES)
    # Blocks of the frames alone.
    found = {key: runs - before.get(key, 0) for key, runs in after.items()}
    found = {key: runs for key, runs in found.items() if runs > 0}
    pixels = FRAMES * (1280 * 720 if case[2] == "analyser" else 640 * 360)
    total = (many - few) / pixels
    counted = sum(runs * len(code.split()) for (_, code), runs in found.items()) / pixels
    return total, counted, loops(found), pixels


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", nargs="*", help="backend, format, and loop, stream, still or analyser")
    parser.add_argument("--program", help="already built; {arch} in its name is aarch64 or x86_64")
    parser.add_argument("--loops", action="store_true", help="print the loops that take longest")
    arguments = parser.parse_args()
    if len(arguments.case) not in (0, 3):
        parser.error("a case is a backend, a format, and what is done")
    library, programs = plug_in(), {}
    columns = [processor for some in PROCESSORS.values() for processor in some]
    print("| " + " | ".join(["format", "what", "backend", "instructions", *columns]) + " |")
    print("| " + " | ".join(["---"] * (4 + len(columns))) + " |")
    for case in [tuple(arguments.case)] if arguments.case else CASES:
        arch = "x86_64" if case[0] in ("avx2", "avx512") else "aarch64"
        if arch not in programs:
            programs[arch] = arguments.program.format(arch=arch) if arguments.program else build(arch)
        total, counted, found, pixels = measure(arch, programs[arch], library, case)
        figures = dict.fromkeys(columns, "")
        for processor in PROCESSORS[arch]:
            # What is in no loop that was listed takes as long for each instruction as the rest.
            spent = sum(runs * cycles(arch, processor, code)[0] for runs, code in found) / pixels
            figures[processor] = f"{spent * total / counted:.2f}"
        backend, form, what = case
        print("| " + " | ".join([form, what, backend, f"{total:.2f}", *figures.values()]) + " |", flush=True)
        for runs, code in sorted(found, key=lambda loop: -loop[0] * len(loop[1].split()))[:6 if arguments.loops else 0]:
            taken, assembly = cycles(arch, PROCESSORS[arch][0], code)
            print(f"\n{runs / pixels:.4f} turns a pixel of {len(code.split())} instructions, {taken:.1f} cycles\n{assembly}")


if __name__ == "__main__":
    main()
