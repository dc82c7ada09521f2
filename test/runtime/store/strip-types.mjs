// Lets a plain node process run TypeScript sources: `node --import ./strip-types.mjs`. Node 20 cannot do it by itself.

import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

/** A hook of node's module loader (node:module, "Customization hooks"). */
export async function load(url, context, nextLoad) {
  if (!url.endsWith(".ts")) return nextLoad(url, context);
  const { default: ts } = await import("typescript");
  const { outputText } = ts.transpileModule(await readFile(fileURLToPath(url), "utf8"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true },
  });
  return { format: "module", shortCircuit: true, source: outputText };
}
