// Rows, summary and incidents are the command's, to the last bit: the module has the same code.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Analyser } from "../dist/index.js";
import { compared, random, scan } from "./support.mjs";

const numbers = ({ x, y, width, height }) => [x, y, width, height];

/** A report as a row of the command. */
function row(report, patterns) {
  const { pattern } = report;
  return {
    frame: report.frame,
    time: report.time,
    luminance: report.luminance,
    general_transitions: report.generalTransitions,
    red_transitions: report.redTransitions,
    verdict: report.verdict,
    hazard: report.hazard,
    area: report.area,
    field: numbers(report.field),
    flashing: numbers(report.flashing),
    ...(patterns && {
      pattern_area: pattern.area,
      pattern_pairs: pattern.pairs,
      pattern_motion: pattern.motion,
      pattern_verdict: pattern.verdict,
    }),
  };
}

/** Bytes of a frame whose size is even, by the command's name of the format. */
const BYTES = {
  gray: 1,
  rgb24: 3,
  rgba: 4,
  bgra: 4,
  yuv420p: 1.5,
  nv12: 1.5,
  yuv422p: 2,
  yuv444p: 3,
  yuv420p10le: 3,
  yuv444p12le: 6,
};

/** A part of the picture flashes, or turns red, over noise; then stripes stand still. */
function frames(format, width, height, count) {
  const bytes = width * height * BYTES[format];
  return Array.from({ length: count }, (_, i) => {
    const frame = random(bytes, 77 * i + format.length);
    const is = i % 5 < 2;
    for (let at = 0; at < bytes; at++) {
      const row = Math.floor((at * height) / bytes);
      if (i > 60) frame[at] = at % 32 < 16 ? 20 : 230;
      else if (row > height / 4) frame[at] = (is ? 190 : 40) + (frame[at] >> 4);
    }
    return frame;
  });
}

const CASES = [
  ["gray", "GRAY8", "wcag22"],
  ["rgb24", "RGB24", "wcag21"],
  ["rgba", "RGBA", "wcag22"],
  ["bgra", "BGRX", "wcag22-aaa"],
  ["yuv420p", "I420", "wcag22"],
  ["yuv420p", "I420", "bt1702"],
  ["nv12", "NV12", "ofcom"],
  ["nv12", "NV12", "wcag22"],
  ["yuv422p", "I422", "trace24"],
  ["yuv444p", "I444", "bt1702"],
  ["yuv420p10le", "I420P10", "wcag22"],
  ["yuv444p12le", "I444P12", "bt1702"],
];

for (const [raw, format, profile] of CASES) {
  // Of 720 rows and more the matrix is another.
  const large = format === "NV12" || format === "RGBA" ? [[334, 722, 30, 640]] : [];
  for (const [width, height, fps, cssWidth] of [[96, 64, 25, 0], ...large]) {
    test(`${format} of ${width}x${height} by ${profile}`, async () => {
      const given = frames(raw, width, height, height > 100 ? 40 : 90);
      const options = cssWidth ? ["--width", `${cssWidth}px`] : [];
      // The command lays alpha on white; the analyser does not look at it.
      if (BYTES[raw] === 4) given.forEach((frame) => frame.forEach((_, at) => at % 4 === 3 && (frame[at] = 255)));
      const { rows, summary } = scan(given, raw, { width, height, profile, fps, options });
      const analyser = new Analyser({ width, height, format, profile, cssWidth });
      const reports = [];
      for (const [i, frame] of given.entries()) reports.push(await analyser.push(frame, i / fps));
      const patterns = ["bt1702", "ofcom"].includes(profile);
      assert.equal(reports.length, rows.length);
      reports.forEach((report, i) => {
        const { t, time, ...expected } = rows[i];
        const { time: found, ...rest } = row(report, patterns);
        assert.deepEqual(rest, expected);
        // The command has fractions of a second, we have microseconds.
        assert.ok(Math.abs(found - time) < 1e-6);
      });
      const whole = await analyser.summary();
      assert.equal(whole.frames, rows.length);
      assert.equal(whole.verdict, summary.verdict);
      assert.equal(whole.incidentCount, summary.incident_count);
      assert.equal(whole.worst.frame, summary.worst.frame);
      assert.deepEqual(numbers(whole.worst.flashing), summary.worst.flashing);
      assert.equal(whole.worst.area, summary.worst.area);
      assert.deepEqual(
        whole.incidents.map((one) => [...compared(one), one.hazard, one.pattern.area]),
        summary.incidents.map((one) => [...compared(one), one.hazard, one.pattern?.area ?? 0]),
      );
      analyser.close();
    });
  }
}
