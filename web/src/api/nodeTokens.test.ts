import { expect, test } from "vitest";

import { type NodeToken, tokenState } from "./nodeTokens";

const NOW = Date.parse("2026-03-10T02:30:00Z");
const TOKEN = { uses: 2, used: 1, expires_at: "2026-03-10T02:31:00Z" } as NodeToken;

test("a token is open while it is good for a machine and its time has not come", () => {
  expect(tokenState(TOKEN, NOW)).toBe("open");
  expect(tokenState(TOKEN, NOW + 60_000)).toBe("expired");
  expect(tokenState({ ...TOKEN, used: 2 }, NOW)).toBe("used-up");
});
