/** Changes of replicas, many a second, as a large fleet that rolls out has them. */
import type { ReplicaRow } from "../world/rows";
import type { EnvironmentRow } from "../world/rows";
import type { World } from "../world/world";

export interface Emit {
  per_second: number;
  seconds: number;
  /** Names of the environments that move; all of them when not given. */
  environments?: string[];
}

const TICK = 20;
const STAGES: [state: ReplicaRow["state"], step: string][] = [
  ["fetching", "fetch"],
  ["building", "install"],
  ["checking", "check"],
  ["switching", "switch"],
  ["ready", "switch"],
];
const PACKAGES = 40;
const PACKAGE_BYTES = 1_000_000;

/** Begins to change replicas one after the other; returns how many changes there will be. */
export function emit(world: World, { per_second, seconds, environments }: Emit): number {
  const rows = [...world.environments.values()].filter(
    ({ name }) => !environments || environments.includes(name),
  );
  const places = rows.flatMap((row) => row.replicas.map((_, place) => ({ row, place })));
  if (places.length === 0) return 0;
  const total = Math.round(per_second * seconds);
  const begun = Date.now();
  let made = 0;
  const tick = () => {
    // As many as the time that has gone asks for: timers are late on a busy machine.
    const due = Math.min(total, Math.floor(((Date.now() - begun) / 1_000) * per_second));
    for (; made < due; made += 1) {
      const at = places[made % places.length];
      if (at) move(world, at.row, at.place, Math.floor(made / places.length));
    }
    if (made < total) world.later(TICK, tick);
  };
  world.later(TICK, tick);
  return total;
}

function move(world: World, row: EnvironmentRow, place: number, round: number): void {
  const [state, step] = STAGES[round % STAGES.length] ?? ["ready", "switch"];
  const done = (round * 7) % (PACKAGES + 1);
  const progress = {
    v: 1,
    bytes_done: done * PACKAGE_BYTES,
    bytes_total: PACKAGES * PACKAGE_BYTES,
    packages_done: done,
    packages_total: PACKAGES,
  };
  const news = { state, step, progress, cause: null, reported_at: world.clock.at() };
  row.replicas = row.replicas.map((each, index) => (index === place ? { ...each, ...news } : each));
  const { node, operation } = row.replicas[place] ?? {};
  const names = { environment: row.name, environment_id: row.id, node, operation };
  world.tell("replica-changed", { ...names, state });
}
