import { expect, test } from "vitest";

import type { Environment } from "../../api/environment";
import { changeOf, changesNothing, creationOf, draftIn, draftOf, sameDraft } from "./draft";

const WEB = {
  name: "web",
  title: "Web",
  description: "",
  labels: { team: "a" },
  requirements: ["numpy", "requests"],
  python: "==3.12.*",
  platforms: ["windows-x86_64", "linux-x86_64"],
  placement: { nodes: [], select: { role: "web" } },
} as unknown as Environment;

test("an address fills the form in", () => {
  const draft = draftIn(new URLSearchParams("name=web&requirements=numpy%0Apandas&python=3.12"));
  expect(draft).toMatchObject({ name: "web", requirements: "numpy\npandas", python: "3.12" });
});

test("a creation carries what was typed, an unfinished label too", () => {
  const draft = { ...draftIn(new URLSearchParams("name=web")), label: "team=a", title: " T " };
  expect(creationOf(draft)).toMatchObject({
    name: "web",
    title: "T",
    labels: { team: "a" },
    python: null,
    platforms: [],
  });
});

test("where it goes is sent where that is chosen, and changed where it differs", () => {
  const query = "name=web&node=two&node=one&select=gpu%3Dyes&select=rack";
  const draft = draftIn(new URLSearchParams(query));
  const placement = { nodes: ["one", "two"], select: { gpu: "yes", rack: "" } };
  expect(creationOf(draft).placement).toEqual(placement);
  expect(creationOf(draftIn(new URLSearchParams("name=web"))).placement).toBeUndefined();
  const moved = { ...draftOf(WEB), placement: { chosen: false, nodes: [], select: {} } };
  expect(changeOf(WEB, moved).placement).toEqual({ nodes: [], select: {} });
});

test("a form that was not touched changes nothing", () => {
  const draft = draftOf(WEB);
  expect(changesNothing(changeOf(WEB, draft))).toBe(true);
  expect(sameDraft(draft, draftOf(WEB))).toBe(true);
});

test("a change carries only what differs", () => {
  const change = changeOf(WEB, {
    ...draftOf(WEB),
    requirements: "numpy\nrequests\nhttpx",
    labels: {},
    python: "3.13",
  });
  expect(change).toEqual({
    add: [],
    drop: [],
    message: "",
    requirements: "numpy\nrequests\nhttpx",
    labels: {},
    python: "3.13",
  });
});

test("upkeep is sent where it was chosen, and left to the controller again", () => {
  const fresh = draftIn(new URLSearchParams("name=web"));
  expect(creationOf(fresh).policy).toBeUndefined();
  const upkeep = { ...fresh.upkeep, keep: 0, checks: "numpy, app.main numpy" };
  expect(creationOf({ ...fresh, upkeep }).policy).toEqual({ keep: 0, checks: ["numpy", "app.main"] });
  const kept = { ...WEB, policy: { keep: 5, checks: ["numpy"], grace: 30 } } as Environment;
  const draft = draftOf(kept);
  expect(changeOf(kept, draft).policy).toBeUndefined();
  const after = { ...draft, upkeep: { ...draft.upkeep, checks: " ", command: "true " } };
  expect(changeOf(kept, after).policy).toEqual({ checks: null, check_command: "true" });
  expect(sameDraft(draft, draftOf(WEB))).toBe(false);
});
