// Puts the program that tsc made into few files, so that a start need not look up and read hundreds of them. What has native parts, or
// files of its own beside it, stays a package.

import { build } from "rolldown";
import { programText } from "./dist/runtime/kept-district.js";

await build({
  input: {
    main: "dist/runtime/main.js",
    "store/upkeep-main": "dist/runtime/store/upkeep-main.js",
    "versions/loading-main": "dist/runtime/versions/loading-main.js",
  },
  platform: "node",
  external: ["lmdb", "web-ifc"],
  transform: { define: { PROGRAM_TEXT: JSON.stringify(programText()) } },
  logLevel: "warn",
  output: { dir: "dist/program", cleanDir: true, format: "esm", sourcemap: true },
});
