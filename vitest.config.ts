// How the tests run. A test with real servers takes seconds on a busy machine.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/**/*.test.ts"], testTimeout: 30_000, hookTimeout: 120_000, maxWorkers: 2 },
});
