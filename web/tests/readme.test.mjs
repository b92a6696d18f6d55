// The README's example prints what the README says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

const readme = fs.readFileSync(path.join(import.meta.dirname, "../README.md"), "utf8");

test("the README's example", () => {
  const [, example, printed] = /```js\n(.*?)```.*?```text\n(.*?)```/s.exec(readme);
  // The package finds itself by its name.
  const given = ["--input-type=module", "--eval", example];
  assert.equal(
    execFileSync(process.execPath, given, { cwd: path.join(import.meta.dirname, ".."), encoding: "utf8" }),
    printed,
  );
});

test("the README's links lead somewhere from the package too", () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
  assert.deepEqual(
    links.filter((link) => !/^(https:|#)/.test(link)),
    [],
  );
});
