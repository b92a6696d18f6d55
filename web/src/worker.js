// What runs in the worker: it opens the module, and judges one frame after the other.
import { copied } from "./copy.js";
import { Core, planesOf } from "./core.js";
import { opened, serve } from "./serve.js";

let core, settings;

serve({
  async open(message) {
    settings = message.settings;
    core = new Core(await opened(message.wasm), settings);
  },
  async video({ frame, micros }) {
    const { pixels, planes } = await copied(frame, settings.format, (bytes) => core.pixels(bytes));
    return core.push(pixels, planes, micros);
  },
  bytes({ frame, micros }) {
    const pixels = core.pixels(frame.length);
    pixels.set(frame);
    return core.push(pixels, planesOf(settings.format, settings.width, settings.height).planes, micros);
  },
  summary: () => core.summary(),
});
