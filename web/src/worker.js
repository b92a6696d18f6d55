// What runs in the worker: it opens the module, and judges one frame after the other. Web workers and Node's have the
// same ports but for where they are found.
import { Core, planesOf } from "./core.js";

const port = globalThis.process?.getBuiltinModule?.("node:worker_threads").parentPort ?? globalThis;
let core, settings;

const calls = {
  async open(message) {
    settings = message.settings;
    const packed = Uint8Array.from(atob(message.wasm), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const module = await new Response(stream).arrayBuffer();
    core = new Core((await WebAssembly.instantiate(module, {})).instance.exports, settings);
  },
  async video({ frame, micros }) {
    try {
      // Other formats than its own are those of red, green and blue, which the browser converts to.
      const options = frame.format === settings.format ? {} : { format: settings.format };
      const pixels = core.pixels(frame.allocationSize(options));
      return core.push(pixels, await frame.copyTo(pixels, options), micros);
    } finally {
      frame.close();
    }
  },
  bytes({ frame, micros }) {
    const pixels = core.pixels(frame.length);
    pixels.set(frame);
    return core.push(pixels, planesOf(settings.format, settings.width, settings.height).planes, micros);
  },
  summary: () => core.summary(),
};

// One after the other: what comes while a module is opened or a frame is copied waits.
let last = Promise.resolve();
port.onmessage = ({ data: { id, call, ...message } }) => {
  last = last.then(async () => {
    try {
      port.postMessage({ id, value: await calls[call](message) });
    } catch (error) {
      port.postMessage({ id, error: error.message });
    }
  });
};
