#!/usr/bin/env python3
"""Writes flash.y4m, the clip of the README's first command, with nothing but Python.

64x48, 20 frames a second, 3 seconds, 4:2:0 in limited range: a soft background with a disc that
crosses it, and from 1 s to 2 s a rectangle that flashes five times a second. The same on every run.
"""
import math
import pathlib

WIDTH, HEIGHT, RATE, SECONDS = 64, 48, 20, 3


def luma(x, y, frame):
    time = frame / RATE
    light = 90 + 30 * math.sin(x / 11 + time) + 20 * math.cos(y / 7)
    if (x - 4 - 18 * time) ** 2 + (y - 34) ** 2 < 36:
        light = 180
    if 1 <= time < 2 and 20 <= x < 52 and 6 <= y < 26:
        light = 230 if (time - 1) * 5 % 1 < 0.5 else 25
    return round(light)


def main():
    chroma = bytes([118]) * (WIDTH * HEIGHT // 4) + bytes([136]) * (WIDTH * HEIGHT // 4)
    out = [b"YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420jpeg XCOLORRANGE=LIMITED\n" % (WIDTH, HEIGHT, RATE)]
    for frame in range(RATE * SECONDS + 1):
        plane = bytes(luma(x, y, frame) for y in range(HEIGHT) for x in range(WIDTH))
        out += [b"FRAME\n", plane, chroma]
    pathlib.Path(__file__).with_name("flash.y4m").write_bytes(b"".join(out))


if __name__ == "__main__":
    main()
