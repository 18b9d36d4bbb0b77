/** What a world may begin as. A test names one; development begins with `fleet`. */
import type { Say } from "../texts";
import { Clock } from "../world/clock";
import { Log } from "../world/logs";
import type { EnvironmentRow } from "../world/rows";
import { World } from "../world/world";
import { ENVIRONMENTS } from "./environments";
import { ageOf, fill, sharing } from "./fill";
import { hostileLine, hostilePackages, HOSTILE_TITLE } from "./hostile";
import { LONG, longLine } from "./long";
import { nodes } from "./nodes";
import { users } from "./people";

export const SCENARIOS = ["empty", "fleet", "failing", "hostile", "long-log", "5000"] as const;
export type Scenario = (typeof SCENARIOS)[number];

const MANY = 5_000;
const KINDS = ["采集", "清洗", "报表", "同步", "预测", "巡检", "归档", "推送"];
const WORDS = ["crawl", "etl", "report", "sync", "forecast", "check", "archive", "push"];

/** Returns a world in which a scenario has begun; equal calls give equal worlds. */
export function begin(name: Scenario, say: Say, clock = new Clock()): World {
  const world = new World(say, clock);
  for (const user of users(clock, world.ids)) world.people.users.set(user.username, user);
  const there = name === "empty" ? nodes(clock, world.ids, ["local"]) : nodes(clock, world.ids);
  for (const node of there) world.nodes.set(node.name, node);
  FILLERS[name](world);
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
};

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
