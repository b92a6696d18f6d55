// A worker, and the calls that it answers.

/** A module of one function that uses a register of 128 bits. */
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** Starts a worker of this text; `tell` gets its messages, `fail` why there are no more. */
function start(source, tell, fail) {
  const blocked = "it could not start; let the page's Content-Security-Policy allow worker-src blob:";
  const unexpected = (error) => fail(`the worker failed: ${error?.message || blocked}`);
  if (typeof Worker === "function") {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    let worker;
    try {
      worker = new Worker(url, { type: "module" });
    } catch {
      // WebKit's way to say that it is blocked.
      throw new Error(`the worker failed: ${blocked}`);
    }
    worker.onmessage = ({ data }) => tell(data);
    worker.onerror = (event) => {
      event.preventDefault();
      unexpected(event);
    };
    worker.onmessageerror = unexpected;
    const end = () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    };
    return { post: (message, transfer) => worker.postMessage(message, transfer), end };
  }
  const threads = globalThis.process?.getBuiltinModule?.("node:worker_threads");
  if (!threads) throw new Error("there are no workers here; use a browser, Deno, or Node from 20.16 on");
  const worker = new threads.Worker(source, { eval: true });
  worker
    .on("message", tell)
    .on("error", unexpected)
    .on("exit", () => unexpected({ message: "it ended" }));
  return { post: (message, transfer) => worker.postMessage(message, transfer), end: () => worker.terminate() };
}

export class Remote {
  #worker;
  #gone = null;
  #calls = new Map();
  #id = 0;

  constructor(source) {
    if (typeof WebAssembly !== "object" || !WebAssembly.validate(SIMD) || typeof DecompressionStream !== "function") {
      throw new Error("there is no WebAssembly with SIMD, or no DecompressionStream; use a browser of 2023 or later");
    }
    this.#worker = start(
      source,
      (reply) => this.#answered(reply),
      (why) => this.end(why),
    );
  }

  /** Throws if the worker has ended. */
  check() {
    if (this.#gone) throw new Error(this.#gone);
  }

  async call(call, message = {}, transfer = []) {
    this.check();
    return new Promise((resolve, reject) => {
      const id = this.#id++;
      this.#worker.post({ id, call, ...message }, transfer);
      this.#calls.set(id, { resolve, reject });
    });
  }

  #answered({ id, value, error }) {
    // An answer may be on its way when the worker is ended.
    const { resolve, reject } = this.#calls.get(id) ?? {};
    if (!this.#calls.delete(id)) return;
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  }

  end(why) {
    if (this.#gone) return;
    this.#gone = why;
    this.#worker.end();
    for (const { reject } of this.#calls.values()) reject(new Error(why));
    this.#calls.clear();
  }
}
