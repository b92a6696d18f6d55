// Compiled, not run: what index.d.ts promises can be used as the README says.
import { Analyser, watch, type Report, type Summary } from "../dist/index.js";

const analyser = new Analyser({ width: 640, height: 360, format: "NV12", profile: "bt1702", cssWidth: 640 });
analyser.addEventListener("fail", ({ detail }) => console.log(detail.time, detail.flashing.width));
export async function judge(frame: VideoFrame, image: ImageData, bytes: Uint8Array): Promise<Summary> {
  const report: Report = await analyser.push(frame);
  await analyser.push(image, 1.5);
  await analyser.push(bytes, report.time + 2);
  // @ts-expect-error Bytes have no time of their own.
  await analyser.push(bytes);
  // @ts-expect-error There is no such profile.
  new Analyser({ width: 1, height: 1, profile: "wcag" });
  return analyser.summary();
}

const watched = watch(document.createElement("video"), { profile: "wcag22" });
watched.addEventListener("fail", ({ detail }) => console.log(detail.time));
watched.addEventListener("error", ({ detail }) => console.log(detail.message));
export const last: Promise<"inconclusive" | string> = watched.stop().then(({ verdict }) => verdict);
