import i18next from "i18next";
import { expect, test } from "vitest";

import type { Rollout } from "../api/rollouts";
import { momentWords, reasonWords, steeringOf, takenBack, wavesOf } from "./rollout";

const NOW = Date.parse("2026-03-10T02:30:00Z");

function rollout(more: Partial<Rollout> = {}): Rollout {
  return {
    ...{ id: "r", environment: "web", revision: 3, back: 2, phase: "running", reason: "wave-busy" },
    ...{ wave: 1, waves: 3, sizes: ["1", "50%"], pause_seconds: 600, failures: "0", returns: true },
    ...{ requested_by: null, created_at: "2026-03-10T02:00:00Z", ended_at: null, nodes: 6 },
    ...{ moved: 1, ready: 0, waits_for: ["a"], behind: [], failed: [], steps: [] },
    ...more,
  };
}

test("what can be done follows from where it stands", () => {
  expect(steeringOf(rollout())).toEqual(["pause", "abort"]);
  expect(steeringOf(rollout({ reason: "not-released" }))).toEqual(["sync", "pause", "abort"]);
  expect(steeringOf(rollout({ reason: "window-closed", back: null }))).toEqual(["sync", "pause"]);
  expect(steeringOf(rollout({ phase: "paused", reason: "paused" }))).toEqual(["resume", "abort"]);
  expect(steeringOf(rollout({ phase: "stopped", reason: "stopped", back: null }))).toEqual([
    "resume",
  ]);
  expect(steeringOf(rollout({ phase: "returning", reason: "going-back" }))).toEqual([]);
});

test("waves before the open one are done, those after it to come", () => {
  const progress = (more: Partial<Rollout>) => wavesOf(rollout(more)).map((each) => each.progress);
  expect(progress({})).toEqual(["work", "next", "next"]);
  expect(progress({ wave: 3 })).toEqual(["done", "done", "work"]);
  expect(progress({ reason: "between-waves", waits_for: [] })).toEqual(["done", "next", "next"]);
  const held = { reason: "not-released", moved: 0, waits_for: [] };
  expect(progress(held)).toEqual(["next", "next", "next"]);
  expect(progress({ ...held, reason: "window-closed", moved: 1 })).toEqual([
    ...["done", "next", "next"],
  ]);
  const paused = { phase: "paused", reason: "paused" } as const;
  expect(progress(paused)).toEqual(["work", "next", "next"]);
  expect(progress({ ...paused, waits_for: [] })).toEqual(["done", "next", "next"]);
});

test("the last wave has no size of its own", () => {
  expect(wavesOf(rollout()).map(({ size }) => size)).toEqual(["1", "50%", null]);
  expect(wavesOf(rollout({ waves: 2 })).map(({ size }) => size)).toEqual(["1", null]);
  expect(wavesOf(rollout({ waves: 1, sizes: [] })).map(({ size }) => size)).toEqual([null]);
});

test("a revision counts as taken back until it goes out again", () => {
  const back = rollout({ phase: "returned", ended_at: "2026-03-10T02:10:00Z" });
  expect([...takenBack([rollout({ revision: 4 }), back])]).toEqual([3]);
  expect([...takenBack([rollout({ phase: "done" }), back])]).toEqual([]);
});

test("the time of today is told by the clock, another with its day", () => {
  const soon = momentWords("2026-03-10T02:40:00Z", NOW, "en");
  expect(soon).not.toContain("2026");
  expect(momentWords("2026-03-14T02:40:00Z", NOW, "en")).toContain("2026");
  const texts = i18next.createInstance();
  void texts.init({
    ...{ lng: "en", initAsync: false, interpolation: { prefix: "{", suffix: "}" } },
    resources: { en: { translation: { "rollout-reasons": { "between-waves": "next at {until}" } } } },
  });
  const brief = rollout({ reason: "between-waves", until: "2026-03-10T02:40:00Z" });
  expect(reasonWords(brief, NOW, texts)).toBe(`next at ${soon}`);
  expect(reasonWords(rollout({ reason: "of-a-newer-one" }), NOW, texts)).toBe("of-a-newer-one");
});
