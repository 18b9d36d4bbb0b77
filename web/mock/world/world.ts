/** All that there is, in memory: rows, who may see them, what changes them. */
import { notFound } from "../http/refusal";
import type { Schemas } from "../schema";
import type { Say } from "../texts";
import { Clock } from "./clock";
import { Events } from "./events";
import { Ids } from "./ids";
import { People } from "./people";
import type { Installed } from "./pythons";
import type { EnvironmentRow, LockedPackage, OperationRow } from "./rows";
import { Wake } from "./wake";

type States = Pick<Schemas["AuditEntry"], "before" | "after">;

/** Milliseconds that work takes; 0 for both lets it rest as it is. */
export interface Pace {
  resolve: number;
  build: number;
}

/** A plan with what its making takes. */
interface KeptPlan {
  plan: Schemas["Plan"];
  lock: readonly LockedPackage[];
  placement: Schemas["Placement"];
  policy: Schemas["PolicyView"];
}

export class World {
  readonly say: Say;
  readonly clock: Clock;
  readonly ids = new Ids();
  readonly events: Events;
  readonly people: People;
  readonly environments = new Map<string, EnvironmentRow>();
  /** The last that was deleted of each name, and when. */
  readonly deleted = new Map<string, { row: EnvironmentRow; at: string }>();
  readonly operations = new Map<string, OperationRow>();
  readonly nodes = new Map<string, Schemas["Node"]>();
  readonly blocks: Schemas["BlockedRelease"][] = [];
  readonly nodeTokens: Schemas["NodeToken"][] = [];
  readonly archives: Schemas["PythonArchive"][] = [];
  /** What nodes were asked to have of them. */
  readonly pythons: Installed[] = [];
  /** The newest last, as the operations. */
  readonly audit: Schemas["AuditEntry"][] = [];
  /** With the locks that they showed. */
  readonly plans = new Map<string, KeptPlan>();
  /** What was made under an `Idempotency-Key`: the body, and the operation's id. */
  readonly claims = new Map<string, { body: string; operation: string }>();
  readonly changed = new Wake();
  readonly ending = new AbortController();
  /** What ends the streams that are open now. */
  streams = new AbortController();
  private readonly timers = new Set<NodeJS.Timeout>();
  pace: Pace = { resolve: 900, build: 4_000 };

  constructor(say: Say, clock = new Clock()) {
    this.say = say;
    this.clock = clock;
    this.events = new Events(clock);
    this.people = new People(clock);
  }

  environment(name: string): EnvironmentRow {
    const row = this.environments.get(name);
    if (!row) throw notFound("environment-not-found", { name: name.slice(0, 80) });
    return row;
  }

  operation(id: string): OperationRow {
    const row = this.operations.get(id);
    if (!row) throw notFound("operation-not-found", { operation: id.slice(0, 80) });
    return row;
  }

  node(name: string): Schemas["Node"] {
    const row = this.nodes.get(name);
    if (!row) throw notFound("node-not-found", { name: name.slice(0, 80) });
    return row;
  }

  /** Notes a change of an environment: audit and event in one, as the controller does. */
  note(
    username: string,
    action: string,
    row: EnvironmentRow,
    states: States = {},
  ): void {
    this.write(username, `environment-${action}`, `environment:${row.name}`, states);
    this.tell(`environment-${action}`, { environment: row.name, environment_id: row.id });
  }

  /** Notes a change of a node. */
  noteNode(username: string, action: string, node: string, states: States = {}): void {
    this.write(username, `node-${action}`, `node:${node}`, states);
    this.tell(`node-${action}`, { node });
  }

  /** Notes a change of a join token, which is no event. */
  noteToken(username: string, action: string, id: string): void {
    this.write(username, `node-token-${action}`, `node-token:${id}`, {});
  }

  /** Notes that a release was blocked, or is not any more. */
  noteBlock(username: string, action: string, release: string): void {
    this.write(username, `block-${action}`, `block:${release}`, {});
    this.tell(`block-${action}`, { release });
  }

  /** Notes a change of the catalogue of Pythons. */
  notePython(username: string, action: string, told: { version: string; platform: string }): void {
    this.write(username, `python-${action}`, `python-archive:${told.version}`, {});
    this.tell(`python-${action}`, told);
  }

  private write(username: string, action: string, subject: string, states: States): void {
    const [id, at] = [this.ids.next(), this.clock.at()];
    this.audit.push({ id, at, username, action, subject, ...states });
  }

  /** Sends an event and wakes whoever waits for work to end. */
  tell(code: string, params: Record<string, unknown>): void {
    this.events.add(code, params);
    this.changed.ring();
  }

  /** Does something later, unless the world has ended by then. */
  later(milliseconds: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, milliseconds);
    this.timers.add(timer);
  }

  /** Ends every stream that is open; the next ones are unharmed. */
  cut(): void {
    this.streams.abort();
    this.streams = new AbortController();
  }

  /** Ends what is open and what was to come. */
  end(): void {
    this.ending.abort();
    this.streams.abort();
    for (const timer of this.timers) clearTimeout(timer);
  }
}
