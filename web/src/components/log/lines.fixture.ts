/** Lines for tests. */
import type { Sent } from "./buffer";

export function line(sequence: number, text = `line ${String(sequence)}`, step = "fetch"): Sent {
  const at = new Date(Date.UTC(2026, 0, 1, 8, 0, sequence)).toISOString();
  return { sequence, at, step: step as Sent["step"], text };
}

/** Lines from one sequence up to another, without that. */
export function lines(from: number, to: number): Sent[] {
  return Array.from({ length: to - from }, (_, index) => line(from + index));
}
