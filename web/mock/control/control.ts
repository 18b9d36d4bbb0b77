/**
 * What a test says to the mock, over HTTP below `/mock/`: which world, which faults.
 *
 * Nothing of it exists in the controller, nor in the built console.
 */
import { joinedNode } from "../data/nodes";
import { begin, type Scenario, SCENARIOS } from "../data/scenarios";
import { invalid, notFound } from "../http/refusal";
import type { Say } from "../texts";
import { Clock } from "../world/clock";
import { turnNode } from "../world/fleet";
import { Placing } from "../world/placing";
import type { World } from "../world/world";
import { type Emit, emit } from "./emit";
import { type Faults, none } from "./faults";

/** One request that came to the API. */
export interface Seen {
  method: string;
  path: string;
  /** Its `Idempotency-Key`. */
  key: string | null;
}

type Body = Record<string, unknown>;

const MOST_SEEN = 1_000;

export class Control {
  world: World;
  faults = none();
  private scenario: Scenario = "fleet";
  private readonly say: Say;
  private seen: Seen[] = [];
  private readonly acts: Record<string, (body: Body) => unknown> = {
    "GET state": () => ({ scenario: this.scenario, scenarios: SCENARIOS, faults: this.faults }),
    "GET requests": () => this.seen,
    "POST reset": () => this.reset("fleet"),
    "POST scenario": ({ name, now }) => this.reset(scenarioOf(name), moment(now)),
    "POST faults": (body) => this.order(body),
    "POST pace": (body) => Object.assign(this.world.pace, body),
    "POST emit": (body) => ({ changes: emit(this.world, body as unknown as Emit) }),
    "POST replica": (body) => this.change(body),
    "POST join": ({ name }) => this.join(String(name)),
    "POST node": ({ name, online }) => this.turn(String(name), online === true),
  };

  constructor(say: Say) {
    this.say = say;
    this.world = begin(this.scenario, say);
  }

  note(seen: Seen): void {
    this.seen.push(seen);
    if (this.seen.length > 2 * MOST_SEEN) this.seen = this.seen.slice(-MOST_SEEN);
  }

  /** Answers `METHOD /mock/PATH`. */
  answer(method: string, path: string, body: Body): unknown {
    const act = this.acts[`${method} ${path}`];
    if (!act) throw notFound("path-unknown", { path: `/mock/${path}` });
    return act(body);
  }

  private reset(name: Scenario, fixed: number | null = null): { scenario: Scenario } {
    this.world.end();
    this.faults = none();
    this.seen = [];
    const clock = new Clock();
    clock.fixed = fixed;
    this.scenario = name;
    this.world = begin(name, this.say, clock);
    return { scenario: name };
  }

  private order({ expire_session, ...ordered }: Body): Faults {
    if (expire_session) this.world.people.expire();
    this.faults = { ...this.faults, ...ordered };
    if (this.faults.cut_events || this.faults.away) this.world.cut();
    return this.faults;
  }

  /** Lets a machine join, by the newest token. */
  private join(name: string): { joined: string } {
    const { world } = this;
    const token = world.nodeTokens.at(-1);
    if (token) token.used += 1;
    world.nodes.set(name, joinedNode(world.clock, world.ids, name));
    world.noteNode("", "joined", name);
    new Placing(world).all();
    return { joined: name };
  }

  private turn(name: string, online: boolean): { online: boolean } {
    turnNode(this.world, this.world.node(name), online);
    return { online };
  }

  /** Sets fields of replicas of an environment: all of them, or that on `node`. */
  private change({ environment, node, ...news }: Body): { changed: number } {
    const row = this.world.environment(String(environment));
    const wanted = row.replicas.filter((each) => !node || each.node === node);
    const reported_at = this.world.clock.at();
    row.replicas = row.replicas.map((each) =>
      wanted.includes(each) ? { ...each, reported_at, ...news } : each,
    );
    for (const each of wanted) {
      const names = { environment: row.name, environment_id: row.id, node: each.node };
      this.world.tell("replica-changed", { ...names, state: news.state ?? each.state });
    }
    return { changed: wanted.length };
  }
}

function scenarioOf(name: unknown): Scenario {
  const found = SCENARIOS.find((each) => each === name);
  if (!found) throw invalid("input-invalid", { reasons: [`one of ${SCENARIOS.join(", ")}`] });
  return found;
}

/** The moment at which the world's time is to stand still. */
function moment(now: unknown): number | null {
  if (typeof now !== "string") return null;
  const read = Date.parse(now);
  if (Number.isNaN(read)) throw invalid("input-invalid", { reasons: ["`now` is no moment"] });
  return read;
}
