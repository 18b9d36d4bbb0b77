import { expect, test } from "vitest";

import { changeOf } from "./changes";

const BEFORE = { title: "One", region: "shanghai", labels: { gpu: "yes", rack: "7" } };

test("only what differs is sent, labels by key", () => {
  expect(changeOf(BEFORE, { ...BEFORE })).toBeNull();
  expect(changeOf(BEFORE, { ...BEFORE, title: "", region: "" })).toEqual({ title: "", region: "" });
  const labels = { rack: "8", role: "etl" };
  expect(changeOf(BEFORE, { ...BEFORE, labels })).toEqual({
    labels: { gpu: null, rack: "8", role: "etl" },
  });
});
