/** An environment's state in one sentence: how far it is, where, and why not further. */
import type { Cause } from "../../api/cause";
import { type Environment, isSettled } from "../../api/environment";
import type { Replica } from "../../api/environments";
import type { RolloutBrief } from "../../api/rollouts";
import { HELD } from "../../app/rollout";

export interface Sentence {
  /** Below `console.detail.sentence`. */
  key: string;
  params: Record<string, string | number>;
  /** Why, where one cause stands for the state. */
  cause: Cause | null;
}

function say(key: string, params: Sentence["params"] = {}, cause?: Cause | null): Sentence {
  return { key, params, cause: cause ?? null };
}

/** Says how many, or which one where there is no other. */
function troubled(key: string, all: Replica[], some: Replica[]): Sentence {
  const cause = some.find((replica) => replica.cause)?.cause;
  const [only] = all;
  if (only && all.length === 1) return say(`${key}-one`, { node: only.node }, cause);
  return say(key, { count: some.length, total: all.length }, cause);
}

function inState(replicas: Replica[], state: Replica["state"]): Replica[] {
  return replicas.filter((replica) => replica.state === state);
}

function moving({ replicas, revision }: Environment): Sentence {
  const open = replicas.filter((replica) => !isSettled(replica));
  const numbers = { revision: revision ?? 0, total: replicas.length };
  const ready = inState(replicas, "ready").length;
  if (open.every(({ node_state }) => node_state === "offline"))
    return say("offline", { ...numbers, ready, count: open.length });
  // What waits to be tried again says why; while others move, they are the news.
  const waiting = open.filter(({ state, cause }) => state === "waiting" && cause);
  if (waiting.length === open.length) return troubled("waiting", replicas, waiting);
  const [only] = replicas;
  if (only && replicas.length === 1)
    return say("rolling-one", { revision: numbers.revision, node: only.node });
  return say("rolling", { ...numbers, ready });
}

function settled({ replicas, revision }: Environment): Sentence {
  for (const state of ["failed", "drifted", "cancelled"] as const) {
    const some = inState(replicas, state);
    if (some.length > 0) return troubled(state, replicas, some);
  }
  const [only] = replicas;
  if (!only) return say(revision === null ? "nothing" : "nowhere");
  const number = revision ?? 0;
  if (replicas.length === 1) return say("ready-one", { revision: number, node: only.node });
  return say("ready", { revision: number, total: replicas.length });
}

/** Where the open rollout stands is said by whom knows the time; how many nodes are ready, here. */
function rolling({ replicas }: Environment, { revision, phase, reason }: RolloutBrief): Sentence {
  const ready = inState(replicas, "ready").filter(({ live_revision: live }) => live === revision);
  const numbers = { revision, ready: ready.length, total: replicas.length };
  if (phase !== "running" || HELD.has(reason) || replicas.length < 2)
    return say("rollout", { revision });
  const waiting = inState(replicas, "waiting").find(({ cause }) => cause);
  return say("rollout-ready", numbers, waiting?.cause);
}

/** Returns what there is to know first. */
export function sentenceOf(environment: Environment): Sentence {
  const { state, revision, rollout } = environment;
  if (state === "resolving")
    return revision === null ? say("resolving-first") : say("resolving", { revision });
  if (rollout) return rolling(environment, rollout);
  if (state === "paused") return say("paused");
  return state === "rolling" ? moving(environment) : settled(environment);
}
