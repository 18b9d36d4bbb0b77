/**
 * The `Idempotency-Key` of a creation: the same while the same request is made again
 * for want of an answer, so that one whose answer was lost is not made twice.
 */
import { ApiError } from "../../api/problem";

export interface Attempt {
  body: string;
  key: string;
}

/** Returns the attempt for a request, which is the last one's while that may have worked. */
export function attemptFor(body: string, last: Attempt | null, fresh: () => string): Attempt {
  return last?.body === body ? last : { body, key: fresh() };
}

/** What to keep of an attempt that failed: nothing once it was answered for good. */
export function afterFailure(attempt: Attempt, error: unknown): Attempt | null {
  const lost = !(error instanceof ApiError) || error.status >= 500 || error.status === 401;
  return lost ? attempt : null;
}

/** Returns a key that nobody guesses; `randomUUID` is there only on a safe origin. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
