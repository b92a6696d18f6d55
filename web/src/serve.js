// What workers share: how they get their module, and how they answer. Web workers and Node's have the same ports but for
// where they are found.

const port = globalThis.process?.getBuiltinModule?.("node:worker_threads").parentPort ?? globalThis;

/** What a compressed module exports. */
export async function opened(packed) {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const module = await new Response(stream).arrayBuffer();
  return (await WebAssembly.instantiate(module, {})).instance.exports;
}

/** Answers calls, one after the other: what comes while a module is opened or a frame is copied waits. */
export function serve(calls) {
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
}
