/** What colour a state has, wherever it is shown; never the only thing that says so. */
import type { Tone } from "../app/theme";

const TONES: Record<string, Tone> = {
  ready: "good",
  online: "good",
  succeeded: "good",
  failed: "bad",
  degraded: "warn",
  drifted: "warn",
  offline: "warn",
  waiting: "calm",
  pending: "calm",
  queued: "calm",
  paused: "calm",
  cancelled: "calm",
  cordoned: "calm",
};

export function toneOf(state: string): Tone {
  return TONES[state] ?? "busy";
}
