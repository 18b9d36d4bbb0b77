/** What a world may begin as. A test names one; development begins with `fleet`. */
import { archives } from "./archives";
import type { Schemas } from "../schema";
import type { Say } from "../texts";
import { Clock, DAY, HOUR } from "../world/clock";
import { Log } from "../world/logs";
import type { EnvironmentRow } from "../world/rows";
import { World } from "../world/world";
import { MIRROR_STALLED } from "./causes";
import { ENVIRONMENTS } from "./environments";
import { STEERED } from "./rollouts";
import { ageOf, fill, sharing } from "./fill";
import { hostileLine, hostilePackages, HOSTILE_TITLE } from "./hostile";
import { LONG, longLine } from "./long";
import { moreNodes, nodes } from "./nodes";
import { users } from "./people";

export const SCENARIOS = ["empty", "fleet", "failing", "hostile", "long-log", "5000", "1000-nodes", "rollouts"] as const;
export type Scenario = (typeof SCENARIOS)[number];

const MANY = 5_000;
const NODES = 1_000;
/** By the rest of a node's number; ready where there is none. */
const STATES_OF_MANY: Partial<Record<number, Schemas["ReplicaState"]>> = {
  3: "fetching",
  7: "building",
  11: "failed",
  12: "fetching",
  17: "drifted",
  23: "waiting",
  29: "checking",
  31: "failed",
  37: "pending",
};
const KINDS = ["采集", "清洗", "报表", "同步", "预测", "巡检", "归档", "推送"];
const WORDS = ["crawl", "etl", "report", "sync", "forecast", "check", "archive", "push"];

/** Returns a world in which a scenario has begun; equal calls give equal worlds. */
export function begin(name: Scenario, say: Say, clock = new Clock()): World {
  const world = new World(say, clock);
  for (const user of users(clock, world.ids)) world.people.users.set(user.username, user);
  const there = name === "empty" ? nodes(clock, world.ids, ["local"]) : nodes(clock, world.ids);
  for (const node of there) world.nodes.set(node.name, node);
  FILLERS[name](world);
  if (name === "fleet") world.archives.push(...archives(clock, world.ids));
  world.audit.sort((a, b) => (a.at < b.at ? -1 : 1));
  return world;
}

const FILLERS: Record<Scenario, (world: World) => void> = {
  empty: () => undefined,
  fleet: (world) => {
    for (const planned of ENVIRONMENTS) fill(world, planned);
  },
  failing: (world) => {
    const broken = ENVIRONMENTS.filter(({ on }) => on.some(({ state }) => state === "failed"));
    for (const planned of broken) fill(world, planned);
  },
  hostile,
  "long-log": longLog,
  "5000": many,
  "1000-nodes": wide,
  rollouts,
};

/** The usual environments, five of them with a policy that lets revisions out bit by bit. */
function rollouts(world: World): void {
  for (const planned of ENVIRONMENTS) {
    const steered = STEERED[planned.name];
    fill(world, steered ? { ...planned, ...steered } : planned);
  }
}

function hostile(world: World): void {
  const row = fill(world, {
    name: "hostile",
    title: HOSTILE_TITLE,
    description: `${HOSTILE_TITLE}\n${"word ".repeat(400)}${"w".repeat(300)}`,
    labels: { note: "<b>bold</b>", long: "l".repeat(255) },
    revisions: [["requests"]],
    on: [{ node: "local" }],
  });
  const revision = row.revisions[0];
  if (revision) row.revisions = [{ ...revision, lock: [...hostilePackages(), ...revision.lock] }];
  replaceLog(world, row, new Log(200, hostileLine, true));
}

function longLog(world: World): void {
  const begun = world.clock.now - 3_600_000;
  const row = fill(world, { name: "long-log", revisions: [["pandas"]], on: [{ node: "local" }] });
  replaceLog(world, row, new Log(LONG, (place) => longLine(begun, place), true));
}

function replaceLog(world: World, row: EnvironmentRow, log: Log): void {
  for (const { operation } of row.replicas) {
    if (operation) world.operation(operation).log = log;
  }
}

/** As many environments as a large company has, made of those of the usual scenario. */
function many(world: World): void {
  const models = ENVIRONMENTS.map((planned) => fill(world, planned));
  for (let place = models.length; place < MANY; place += 1) {
    const model = models[place % models.length];
    const kind = Math.floor(place / models.length) % KINDS.length;
    if (model)
      copy(
        world,
        model,
        `${WORDS[kind] ?? ""}-${String(place).padStart(4, "0")}`,
        `${KINDS[kind] ?? ""}任务 ${String(place)}`,
      );
  }
}

/** A thousand machines with an environment on each of them, in every state. */
function wide(world: World): void {
  const more = moreNodes(world.clock, world.ids, NODES - world.nodes.size);
  for (const node of more) world.nodes.set(node.name, node);
  for (const planned of ENVIRONMENTS) fill(world, planned);
  const wanted = [...world.nodes.values()].filter(({ labels }) => labels.tier === "prod");
  const all = wanted.map(({ name }, place) => ({
    ...{ node: name, behind: STATES_OF_MANY[place % 41] === "failed" ? 1 : 0 },
    state: STATES_OF_MANY[place % 41] ?? ("ready" as const),
    ...(STATES_OF_MANY[place % 41] === "failed" ? { cause: MIRROR_STALLED } : {}),
    done: 0.4,
  }));
  fill(world, {
    name: "everywhere",
    title: "所有节点的基础工具",
    labels: { team: "平台", tier: "prod" },
    revisions: [["httpx"], ["httpx", "orjson"]],
    on: all,
    select: { tier: "prod" },
    age: [20 * DAY, HOUR],
  });
}

function copy(world: World, model: EnvironmentRow, name: string, title: string): void {
  const created_at = world.clock.at(ageOf(world.environments.size));
  const revisions = model.revisions.map((each) => sharing(each, created_at));
  const replicas = model.replicas.map((each) => ({
    ...each,
    path: each.path?.replace(model.name, name) ?? null,
  }));
  const changes = {
    id: world.ids.next(),
    name,
    title,
    revisions,
    replicas,
    created_at,
    updated_at: created_at,
  };
  world.environments.set(name, { ...model, ...changes });
}
