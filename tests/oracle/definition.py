#!/usr/bin/env python3
"""Rows of the definition, flash_reference.py, for the videos that tests/definition.rs makes.

    definition.py FOLDER < videos

FOLDER has flash_reference.py. Of each video there is a line of JSON, then the times of its frames as f64, then
the frames as RGB24; everything little-endian. A row is: luminance, general and red transitions, verdict.
"""
import json
import sys

import numpy as np


def main():
    sys.path.insert(0, sys.argv[1])
    sys.dont_write_bytecode = True
    from flash_reference import Analyser

    source = sys.stdin.buffer
    while line := source.readline():
        video = json.loads(line)
        width, height, frames = video["width"], video["height"], video["frames"]
        analyser = Analyser(width, height, video["profile"], video["css_width"], video["display"],
                            video["pixel_aspect"], video["cell"])
        times = np.frombuffer(source.read(8 * frames), "<f8")
        for time in times:
            rgb = np.frombuffer(source.read(3 * width * height), np.uint8).reshape(height, width, 3)
            row = analyser.frame(float(time), rgb)
            print(repr(float(row["luminance"])), row["general"], row["red"], row["verdict"])


main()
