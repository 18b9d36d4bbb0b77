import { expect, test } from "vitest";

import { type Environment, pauseBefore, progressOf, type Replica } from "./environments";

function replica(state: Replica["state"], done?: number): Replica {
  const progress = { bytes_done: 0, bytes_total: 0, packages_done: done ?? 0, packages_total: 10 };
  return { state, ...(done === undefined ? {} : { progress }) } as Replica;
}

function environment(...replicas: Replica[]): Environment {
  return { replicas } as Environment;
}

test("progress counts the nodes that build, and no figure left from before", () => {
  const replicas = [replica("fetching", 3), replica("building", 10), replica("ready", 10)];
  expect(progressOf(replicas)).toEqual({ done: 13, total: 20 });
  expect(progressOf([replica("switching")])).toEqual({ done: 0, total: 0 });
});

test("what moves is asked for often, what rests seldom, and all of it without the stream", () => {
  const resting = environment(replica("ready"), replica("failed"));
  const moving = environment(replica("ready"), replica("fetching"));
  expect(pauseBefore([resting], true)).toBeGreaterThan(10 * pauseBefore([resting, moving], true));
  expect(pauseBefore([resting], false)).toBeLessThan(10_000);
});
