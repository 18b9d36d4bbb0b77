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

test("a window is read in parts and written as one", () => {
  const sync = "window:*/30 2-4 * * SAT/4h/Asia/Shanghai";
  const kept = { ...WEB, policy: { sync, waves: ["1", "25%"], returns: false } } as Environment;
  const draft = draftOf(kept);
  expect(draft.upkeep).toMatchObject({ sync: "window", cron: "*/30 2-4 * * SAT", lasts: "4h" });
  expect(draft.upkeep).toMatchObject({ zone: "Asia/Shanghai", waves: "1 25%", returns: false });
  expect(changeOf(kept, draft).policy).toBeUndefined();
  const later = { ...draft.upkeep, zone: "UTC", waves: "2、50%", wavePause: 600 };
  expect(changeOf(kept, { ...draft, upkeep: later }).policy).toEqual({
    sync: "window:*/30 2-4 * * SAT/4h/UTC",
    waves: ["2", "50%"],
    wave_pause: 600,
  });
  const atOnce = { ...draft.upkeep, sync: "auto" as const, waves: "", returns: true };
  expect(changeOf(kept, { ...draft, upkeep: atOnce }).policy).toEqual({
    ...{ sync: null, waves: null, returns: null },
  });
});

test("who lets revisions out by hand is asked for nothing more", () => {
  const kept = { ...WEB, policy: { sync: "manual" } } as Environment;
  expect(draftOf(kept).upkeep).toMatchObject({ sync: "manual", cron: "", lasts: "", zone: "" });
  const fresh = draftIn(new URLSearchParams("name=web"));
  const upkeep = { ...fresh.upkeep, sync: "manual" as const, cron: "0 2 * * *" };
  expect(creationOf({ ...fresh, upkeep }).policy).toEqual({ sync: "manual" });
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
