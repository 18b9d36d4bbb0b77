import { expect, test } from "vitest";

import type { Environment } from "../../api/environment";
import type { Replica } from "../../api/environments";
import { failedIn, openIn } from "./open";
import { isWork, RESOLUTION, usualWork, workOf } from "./work";

function on(node: string, state: Replica["state"]): Replica {
  const operation = `${node}-work`;
  return { environment: "web", node, node_state: "online", state, attempt: 1, operation };
}

function web(replicas: Replica[], state: Environment["state"] = "rolling"): Environment {
  return { name: "web", state, replicas, operation: "resolution" } as Environment;
}

test("the log of what failed comes first, then that of what moves", () => {
  const ready = on("a", "ready");
  expect(usualWork(web([ready, on("b", "fetching"), on("c", "failed")]))).toBe("c");
  expect(usualWork(web([ready, on("b", "fetching")]))).toBe("b");
  expect(usualWork(web([ready]))).toBe("a");
  expect(usualWork(web([]))).toBe(RESOLUTION);
  expect(usualWork(web([ready], "resolving"))).toBe(RESOLUTION);
});

test("a node that is not there has no work", () => {
  const environment = web([on("a", "ready")]);
  expect(isWork(environment, "a")).toBe(true);
  expect(isWork(environment, "b")).toBe(false);
  expect(workOf(environment, "a")).toBe("a-work");
  expect(workOf(environment, "b")).toBeNull();
  expect(workOf(environment, RESOLUTION)).toBe("resolution");
});

test("what failed can be tried again, and what moves be stopped", () => {
  const replicas = [on("a", "failed"), on("b", "cancelled"), on("c", "building"), on("d", "ready")];
  const environment = web([...replicas, on("e", "removing")]);
  expect(failedIn(environment)).toEqual(["a-work", "b-work"]);
  expect(openIn(environment, undefined)).toEqual(["c-work"]);
});
