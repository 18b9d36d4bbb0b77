/** The mock as a part of Vite: before the sources (`vite`) or before a build (`vite preview`). */
import { join, resolve } from "node:path";

import { type Connect, type Plugin, runnerImport } from "vite";

type Mock = typeof import("./index.ts");

/**
 * @param root the folder `web/`.
 */
export function mock(root: string): Plugin {
  // Not imported above: what a config imports Vite would have in the form of a script for Node.
  const load = () => runnerImport<Mock>(join(root, "mock/index.ts"), { logLevel: "error" });
  const texts = join(root, "../src/venvoy/texts");
  return {
    name: "venvoy-mock",
    async configureServer({ middlewares, config }) {
      const { module, dependencies } = await load();
      // A change of the mock begins it anew, as a change of the config does.
      config.configFileDependencies.push(...dependencies);
      middlewares.use(module.begin(texts) as Connect.NextHandleFunction);
    },
    async configurePreviewServer({ middlewares, config }) {
      const { module } = await load();
      const built = resolve(config.root, config.build.outDir);
      middlewares.use(module.begin(texts, built) as Connect.NextHandleFunction);
    },
  };
}
