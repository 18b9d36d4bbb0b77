/** The console before the mock: `npm run dev:mock` for its sources, `npm run mock` for its build. */
import { fileURLToPath } from "node:url";

import { defineConfig, mergeConfig } from "vitest/config";

import base from "../vite.config.ts";
import { mock } from "./plugin.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export default defineConfig(({ isPreview }) =>
  mergeConfig(base, {
    root,
    plugins: [mock(root)],
    // Before a build a missing file is missing, as the controller has it.
    appType: isPreview ? "mpa" : "spa",
    build: { outDir: "../src/venvoy/api/static" },
  }),
);
