import { expect, test } from "vitest";

import { changed, oneOf, someOf } from "./address";

test("a change leaves what it does not name, and takes away what is empty", () => {
  const before = new URLSearchParams("search=numpy&state=failed");
  expect(changed(before, { state: null, cursor: "abc" }).toString()).toBe("search=numpy&cursor=abc");
  expect(before.toString()).toBe("search=numpy&state=failed");
});

test("a parameter that is none of the known ones is not given", () => {
  const params = new URLSearchParams("tab=log&state=fine");
  expect(oneOf(params, "tab", ["overview", "log"])).toBe("log");
  expect(oneOf(params, "state", ["ready"])).toBeNull();
});

test("a parameter may be given more than once", () => {
  const before = new URLSearchParams("state=failed&search=numpy");
  const after = changed(before, { state: ["ready", "failed"] });
  expect(someOf(after, "state", ["failed", "paused", "ready"])).toEqual(["failed", "ready"]);
  expect(changed(after, { state: [] }).toString()).toBe("search=numpy");
});
