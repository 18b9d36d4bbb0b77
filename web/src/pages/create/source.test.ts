import { expect, test } from "vitest";

import type { Environment } from "../../api/environment";
import { changeOf, creationOf, draftIn, draftOf } from "./draft";
import { sourceIn, sourceOf } from "./source";

test("a source is a name and the number of a revision", () => {
  expect(sourceOf("web-test@12")).toEqual({ name: "web-test", revision: 12 });
  for (const other of ["", "web", "web@0", "web@stable", "@1", "web@1@2", "Web@1"])
    expect(sourceOf(other)).toBeNull();
});

test("an address names one or none", () => {
  expect(sourceIn(new URLSearchParams("from=web@3"))).toBe("web@3");
  expect(sourceIn(new URLSearchParams("from=javascript:1"))).toBe("");
});

test("with a source nothing that is a revision's is sent beside it", () => {
  const draft = { ...draftIn(new URLSearchParams("name=live&from=web@3")), python: "3.13" };
  const sent = creationOf({ ...draft, requirements: "flask" });
  expect(sent).toMatchObject({ name: "live", source: "web@3", requirements: "", python: null });
});

test("an edit with a source sends what is no part of a revision", () => {
  const base = {
    ...{ name: "live", title: "", description: "", labels: {}, platforms: [] },
    ...{ placement: { nodes: [], select: {} }, policy: {}, requirements: ["flask"] },
  } as unknown as Environment;
  const draft = { ...draftOf(base), source: "web@3", requirements: "rich", title: "Live" };
  expect(changeOf(base, draft)).toEqual({
    ...{ add: [], drop: [], message: "" },
    ...{ source: "web@3", title: "Live" },
  });
});
