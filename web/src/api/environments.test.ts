import { expect, test } from "vitest";

import { progressOf, type Replica } from "./environments";

function replica(state: Replica["state"], done?: number): Replica {
  const progress = { bytes_done: 0, bytes_total: 0, packages_done: done ?? 0, packages_total: 10 };
  return { state, ...(done === undefined ? {} : { progress }) } as Replica;
}

test("progress counts the nodes that build, and no figure left from before", () => {
  const replicas = [replica("fetching", 3), replica("building", 10), replica("ready", 10)];
  expect(progressOf(replicas)).toEqual({ done: 13, total: 20 });
  expect(progressOf([replica("switching")])).toEqual({ done: 0, total: 0 });
});
