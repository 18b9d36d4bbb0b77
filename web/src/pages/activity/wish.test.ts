import { expect, test } from "vitest";

import { ENDED, OPEN } from "../../api/operations";
import { auditOf, operationsOf, statesAmong, tabOf } from "./wish";

const of = (query: string) => new URLSearchParams(query);

test("an address names tab, states and kinds; what is mistyped is passed over", () => {
  expect(tabOf(of(""))).toBe("operations");
  expect(tabOf(of("tab=audit"))).toBe("audit");
  expect(tabOf(of("tab=nothing"))).toBe("operations");
  const wish = operationsOf(of("state=failed&state=running&state=mad&kind=build&node=n1"));
  expect(wish).toEqual({
    states: ["running", "failed"],
    kinds: ["build"],
    environment: null,
    node: "n1",
    cursor: null,
  });
});

test("states are asked for where they belong", () => {
  const some = operationsOf(of("state=failed&state=running"));
  expect(statesAmong(some, OPEN)).toEqual(["running"]);
  expect(statesAmong(some, ENDED)).toEqual(["failed"]);
  const none = operationsOf(of(""));
  expect(statesAmong(none, OPEN)).toEqual(OPEN);
  expect(statesAmong(none, ENDED)).toEqual(ENDED);
  expect(statesAmong(operationsOf(of("state=failed")), OPEN)).toEqual([]);
});

test("the audit's filters are read as they are typed", () => {
  expect(auditOf(of("subject=web&action=environment-edited"))).toEqual({
    kind: "",
    subject: "web",
    action: "environment-edited",
    username: "",
    cursor: null,
  });
});
