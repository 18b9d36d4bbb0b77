import { expect, test } from "vitest";

import type { Environment } from "../../api/environment";
import { draftOf } from "../create/draft";
import { mergeDraft, mergeLines, sameWish } from "./merge";

function environment(part: Partial<Environment>): Environment {
  return {
    id: "1",
    name: "web",
    title: "",
    description: "",
    labels: {},
    owner: null,
    state: "ready",
    revision: 1,
    requirements: ["numpy", "requests<3"],
    python: "==3.12.*",
    python_for: [],
    platforms: [],
    placement: { nodes: [], select: {} },
    policy: { keep: null },
    package_count: 2,
    operation: null,
    version: "1",
    created_at: "",
    updated_at: "",
    replicas: [],
    ...part,
  };
}

const BASE = ["numpy", "requests<3"];

test("their lines are added to one's own, and what they took away goes", () => {
  expect(mergeLines(BASE, "numpy\nrequests<3\nmine", ["requests<3", "theirs"])).toEqual({
    text: "requests<3\nmine\ntheirs",
    collided: false,
  });
});

test("one's own text stays as it is typed, comments and all", () => {
  const mine = "# of the crawler\nnumpy  # fast\nrequests<3\n";
  expect(mergeLines(BASE, mine, [...BASE, "theirs"]).text).toBe(
    "# of the crawler\nnumpy  # fast\nrequests<3\ntheirs",
  );
});

test.each([
  ["both changed a line", "numpy\nrequests<2", ["numpy", "requests<4"], "numpy\nrequests<2"],
  ["theirs changed what is gone here", "numpy", ["numpy", "requests<4"], "numpy"],
  ["theirs took away what changed here", "numpy\nrequests<2", ["numpy"], "numpy\nrequests<2"],
])("where %s, one's own stays and it is told", (_case, mine, theirs, text) => {
  expect(mergeLines(BASE, mine, theirs)).toEqual({ text, collided: true });
});

test("the same change on both sides is none to tell", () => {
  const same = ["numpy", "requests<4"];
  expect(mergeLines(BASE, same.join("\n"), same)).toEqual({
    text: "numpy\nrequests<4",
    collided: false,
  });
});

test("fields that only they have changed become theirs", () => {
  const base = environment({});
  const mine = { ...draftOf(base), title: "Mine" };
  const theirs = environment({ version: "2", labels: { team: "a" }, description: "Theirs" });
  const { draft, collisions } = mergeDraft(base, mine, theirs);
  expect(draft).toMatchObject({ title: "Mine", labels: { team: "a" }, description: "Theirs" });
  expect(collisions).toEqual([]);
});

test("fields that both have changed stay one's own, and are named", () => {
  const base = environment({});
  const mine = { ...draftOf(base), title: "Mine", python: "3.13" };
  const theirs = environment({ version: "2", title: "Theirs", python: "==3.11.*" });
  const { draft, collisions } = mergeDraft(base, mine, theirs);
  expect(draft).toMatchObject({ title: "Mine", python: "3.13" });
  expect(collisions).toEqual(["title", "python"]);
});

test("a version alone is no change of what is asked for", () => {
  expect(sameWish(environment({}), environment({ version: "5", state: "rolling" }))).toBe(true);
  expect(sameWish(environment({}), environment({ requirements: [] }))).toBe(false);
});
