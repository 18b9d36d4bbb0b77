/** Faults that a test orders: slowness, failing paths, cut streams, a controller that is away. */
import { Refusal } from "../http/refusal";

/** Requests that fail. */
export interface Failing {
  /** A regular expression over method and path, such as `^POST /api/v1/preflight`. */
  match: string;
  status: number;
  code?: string;
  params?: Record<string, unknown>;
  /** How often; always when not given. */
  times?: number;
}

export interface Faults {
  /** Milliseconds that every answer takes longer. */
  slow_ms: number;
  fail: Failing[];
  /** Streams end, and are refused. */
  cut_events: boolean;
  /** Connections are closed without an answer. */
  away: boolean;
}

export function none(): Faults {
  return { slow_ms: 0, fail: [], cut_events: false, away: false };
}

const CODES: Record<number, string> = {
  401: "session-ended",
  403: "role-too-low",
  404: "path-unknown",
  429: "sign-in-limited",
  500: "internal-error",
  503: "database-unreachable",
};

/** Returns why a request fails, or null; counts it. */
export function failureOf(faults: Faults, method: string, path: string): Refusal | null {
  const request = `${method} ${path}`;
  const found = faults.fail.find(
    (each) => each.times !== 0 && new RegExp(each.match).test(request),
  );
  if (!found) return null;
  if (found.times !== undefined) found.times -= 1;
  const code = found.code ?? CODES[found.status] ?? "internal-error";
  const usual = {
    path,
    incident: "5f0c1d2e3a4b",
    needed: "operator",
    held: "viewer",
    retry_after: 60,
  };
  return new Refusal(found.status, code, found.params ?? usual);
}
