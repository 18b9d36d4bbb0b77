/** The version, and that all is well (`api/health.py`). */
import { reply, type Routes } from "../http/route";

export const health: Routes<"/api/v1/version" | "/healthz" | "/readyz"> = {
  "/api/v1/version": { get: { role: null, answer: () => reply({ version: "0.1.0", api: "v1" }) } },
  "/healthz": { get: { role: null, answer: () => reply({ status: "ok" }) } },
  "/readyz": { get: { role: null, answer: () => reply({ ready: true, parts: [] }) } },
};
