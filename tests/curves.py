#!/usr/bin/env python3
"""Prints the bits of every value of the luminance tables, computed to 60 digits from the standards' formulas.

    curves.py TRANSFER RANGE CODES [WHITE BLACK]

One value a line, as 16 hexadecimal digits. tests/curves.rs compares the library's tables with them.
"""
import struct
import sys
from decimal import Decimal as D
from decimal import getcontext

getcontext().prec = 60


def power(base, exponent):
    return D(0) if base <= 0 else (base.ln() * exponent).exp()


def table(v):
    return 4 * power(1 + 51 * v, D("2.2"))


def srgb(v):
    return v / D("12.92") if v <= D("0.04045") else power((v + D("0.055")) / D("1.055"), D("2.4"))


def bt1886(v, white, black):
    gamma = D("2.4")
    high, low = power(white, 1 / gamma), power(black, 1 / gamma)
    return power(high - low, gamma) * power(v + low / (high - low), gamma)


def pq(v):
    m1, m2 = D(2610) / 16384, D(2523) / 4096 * 128
    c1, c2, c3 = D(3424) / 4096, D(2413) / 4096 * 32, D(2392) / 4096 * 32
    root = power(v, 1 / m2)
    return 10000 * power((root - c1) / (c2 - c3 * root), 1 / m1)


def hlg(v, white, black):
    a = D("0.17883277")
    b, c = 1 - 4 * a, D("0.5") - a * (4 * a).ln()
    gamma = D("1.2") + D("0.42") * (white / 1000).log10()
    beta = (3 * power(black / white, 1 / gamma)).sqrt()
    lifted = (1 - beta) * v + beta
    scene = lifted * lifted / 3 if lifted <= D("0.5") else (((lifted - c) / a).exp() + b) / 12
    return white * power(scene, gamma)


def main():
    name, kind, codes = sys.argv[1], sys.argv[2], int(sys.argv[3])
    # The library is given these as f64, so that is what they are.
    display = [D(float(text)) for text in sys.argv[4:]]
    bottom, top = 0, codes - 1
    if kind == "limited":
        bottom, top = (48, 705) if codes == 766 else (codes // 256 * 16, codes // 256 * 235)
    for code in range(codes):
        v = D(min(max(code, bottom), top) - bottom) / (top - bottom)
        luminance = float(globals()[name](v, *display))
        print(struct.pack(">d", luminance).hex())


main()
