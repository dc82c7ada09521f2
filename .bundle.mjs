// Puts the program that tsc made into few files, so that a start need not look up and read hundreds of them, and numbers with names into
// the places where they are used, as each would be looked up again and again. What has native parts, or files of its own beside it, stays
// a package.
// Usage: node .bundle.mjs [FOLDER MODULE]   another module, as the program is made

import { basename } from "node:path";
import { build } from "rolldown";
import { programText } from "./dist/runtime/kept-district.js";

const PROGRAM = {
  main: "dist/runtime/main.js",
  "store/upkeep-main": "dist/runtime/store/upkeep-main.js",
  "versions/loading-main": "dist/runtime/versions/loading-main.js",
};
const [dir = "dist/program", module] = process.argv.slice(2);

await build({
  input: module ? { [basename(module, ".mjs")]: module } : PROGRAM,
  platform: "node",
  external: ["lmdb", "web-ifc"],
  transform: {
    define: {
      PROGRAM_TEXT: JSON.stringify(programText()),
      // Yoga asks whether its own `Request` is Node's, which it is not; to be asked, Node.js would load all of its `fetch` at each start.
      "globalThis.Request": "undefined",
    },
  },
  optimization: { inlineConst: true },
  logLevel: "warn",
  output: { dir, cleanDir: true, format: "esm", sourcemap: true },
});
