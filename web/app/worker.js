// What runs in the page's worker: it opens the module, and judges one frame after the other.
import { copied } from "../src/copy.js";
import { opened, serve } from "../src/serve.js";
import { Report } from "./report.js";

let report, format;

serve({
  async start({ wasm }) {
    report = new Report(await opened(wasm));
  },
  open({ settings }) {
    report.open(settings);
    format = settings.format;
  },
  async video({ frame, seconds, duration }) {
    const { planes } = await copied(frame, format, (bytes) => report.room(bytes));
    return report.push(seconds, duration, planes);
  },
  bytes({ frame, seconds, duration }) {
    report.room(frame.length).set(frame);
    return report.push(seconds, duration);
  },
  repeat: () => report.repeat(),
  soFar: () => report.soFar(),
  async finish({ file, ending, day }) {
    // A file is read piece by piece, as it may not fit into memory.
    if (file) for (const reader = file.stream().getReader(); ; ) {
      const { value, done } = await reader.read();
      if (done) break;
      report.hash(value);
    }
    report.finish(ending);
    return { found: report.soFar(), page: report.page(day), summary: report.summary() };
  },
});
