import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const controller = process.env.VENVOY_URL ?? "http://127.0.0.1:7300";

export default defineConfig({
  plugins: [react()],
  // The API replaces this mark by a fresh nonce in every page that it serves.
  html: { cspNonce: "__VENVOY_NONCE__" },
  build: { sourcemap: false, chunkSizeWarningLimit: 1500 },
  server: {
    fs: { allow: [".."] },
    proxy: { "/api": { target: controller, changeOrigin: true } },
  },
  test: { include: ["{src,mock}/**/*.test.ts"], environment: "node" },
});
