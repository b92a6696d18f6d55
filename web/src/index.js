// What the package exports; index.d.ts describes it.
export { Analyser } from "./analyser.js";
export { settingsFor, watch } from "./watch.js";
