import { expect, test } from "vitest";

import { ApiError } from "../../api/problem";
import { afterFailure, attemptFor, randomKey } from "./attempt";

function keys(): () => string {
  let count = 0;
  return () => `key-${String((count += 1))}`;
}

test("a request without an answer is made again under the same key", () => {
  const fresh = keys();
  const first = attemptFor("a", null, fresh);
  const kept = afterFailure(first, new TypeError("network"));
  expect(attemptFor("a", kept, fresh).key).toBe(first.key);
  expect(attemptFor("b", kept, fresh).key).not.toBe(first.key);
});

test("a session that ended did nothing, and what is sent after signing in is the same", () => {
  const first = attemptFor("a", null, keys());
  expect(afterFailure(first, new ApiError(401, null))).toBe(first);
});

test("what was refused may be tried anew: the mirror may be back", () => {
  const first = attemptFor("a", null, keys());
  expect(afterFailure(first, new ApiError(422, null))).toBeNull();
});

test("keys differ", () => {
  expect(randomKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(randomKey()).not.toBe(randomKey());
});
