import { expect, test } from "vitest";

import type { Cause } from "../../api/cause";
import type { Environment } from "../../api/environment";
import type { Replica } from "../../api/environments";
import { sentenceOf } from "./sentence";

const cause: Cause = {
  code: "disk-full",
  step: "fetch",
  hop: "disk",
  message: "m",
  remedy: "r",
  params: {},
  evidence: [],
  transient: false,
};

function on(node: string, state: Replica["state"], more: Partial<Replica> = {}): Replica {
  return { environment: "web", node, node_state: "online", state, attempt: 1, ...more };
}

function web(
  state: Environment["state"],
  replicas: Replica[],
  revision: number | null = 3,
): Environment {
  return { name: "web", state, replicas, revision } as Environment;
}

test("a first resolution has nothing in use yet, a later one has", () => {
  expect(sentenceOf(web("resolving", [], null)).key).toBe("resolving-first");
  const later = sentenceOf(web("resolving", [on("a", "ready")]));
  expect(later).toMatchObject({ key: "resolving", params: { revision: 3 } });
});

test("what is ready says where", () => {
  expect(sentenceOf(web("ready", [on("local", "ready")]))).toEqual({
    key: "ready-one",
    params: { revision: 3, node: "local" },
    cause: null,
  });
  const two = sentenceOf(web("ready", [on("a", "ready"), on("b", "ready")]));
  expect(two).toMatchObject({ key: "ready", params: { revision: 3, total: 2 } });
  expect(sentenceOf(web("ready", [])).key).toBe("nowhere");
  expect(sentenceOf(web("failed", [], null)).key).toBe("nothing");
});

test("a rollout says how far it is", () => {
  const replicas = [on("a", "ready"), on("b", "building"), on("c", "pending")];
  expect(sentenceOf(web("rolling", replicas))).toMatchObject({
    key: "rolling",
    params: { revision: 3, ready: 1, total: 3 },
  });
  expect(sentenceOf(web("rolling", [on("a", "fetching")])).key).toBe("rolling-one");
});

test("a rollout that only waits for nodes that are away says so", () => {
  const away = on("b", "pending", { node_state: "offline" });
  expect(sentenceOf(web("rolling", [on("a", "ready"), away]))).toMatchObject({
    key: "offline",
    params: { ready: 1, total: 2, count: 1 },
  });
  expect(sentenceOf(web("rolling", [on("a", "building"), away])).key).toBe("rolling");
});

test("a rollout that only waits to try again says why", () => {
  const again = on("b", "waiting", { cause });
  const said = sentenceOf(web("rolling", [on("a", "ready"), again]));
  expect(said).toMatchObject({ key: "waiting", params: { count: 1, total: 2 }, cause });
  expect(sentenceOf(web("rolling", [again])).key).toBe("waiting-one");
});

test("a failure says on how many nodes, and the first reason", () => {
  const replicas = [on("a", "ready"), on("b", "failed", { cause }), on("c", "drifted")];
  expect(sentenceOf(web("degraded", replicas))).toEqual({
    key: "failed",
    params: { count: 1, total: 3 },
    cause,
  });
  expect(sentenceOf(web("failed", [on("local", "failed", { cause })]))).toMatchObject({
    key: "failed-one",
    params: { node: "local" },
  });
});

test("drift and cancellation are told where nothing failed", () => {
  expect(sentenceOf(web("degraded", [on("a", "ready"), on("b", "drifted")])).key).toBe("drifted");
  expect(sentenceOf(web("failed", [on("a", "cancelled")])).key).toBe("cancelled-one");
});

test("an open rollout says where it stands, and while nodes move how many are ready with it", () => {
  const rollout = { revision: 4, back: 3, phase: "running", reason: "wave-busy", wave: 1, waves: 2 };
  const replicas = [
    on("a", "ready", { live_revision: 4 }),
    on("b", "ready", { live_revision: 3 }),
    on("c", "waiting", { live_revision: 3, cause }),
  ];
  const going = (more: object) => ({ ...web("rolling", replicas), rollout: { ...rollout, ...more } });
  expect(sentenceOf(going({}) as Environment)).toEqual({
    key: "rollout-ready",
    params: { revision: 4, ready: 1, total: 3 },
    cause,
  });
  const still = { key: "rollout", params: { revision: 4 }, cause: null };
  expect(sentenceOf(going({ reason: "not-released" }) as Environment)).toEqual(still);
  expect(sentenceOf(going({ phase: "paused", reason: "paused" }) as Environment)).toEqual(still);
  expect(sentenceOf(going({ phase: "returning" }) as Environment)).toEqual(still);
});
