/** Two sides and what differs between them (`controller/comparisons.py`). */
import { invalid, notFound } from "../http/refusal";
import { Documents } from "./documents";
import type { Schemas } from "../schema";
import { straysOf } from "./handwork";
import { revisionNamed } from "./history";
import { type EnvironmentRow, type RevisionRow, wanted } from "./rows";
import type { World } from "./world";

type Entry = Schemas["ComparedEntry"];
type Value = Schemas["ComparedValue"];

interface Side {
  environment: EnvironmentRow;
  revision: RevisionRow;
  node: string | null;
  /** When the node told what it holds, and what it holds beside its revision. */
  told?: { at: string; more: ReturnType<typeof straysOf> };
}

const PARTS: Entry["part"][] = [
  "package",
  "requirement",
  "python",
  "python_for",
  "platform",
  "setting",
];
const NODE = "node:";

export function compared(
  world: World,
  a: string,
  b: string,
  everything: boolean,
): Schemas["Comparison"] {
  const [before, after] = [sideOf(world, a), sideOf(world, b)];
  const entries = entriesOf(valuesOf(before), valuesOf(after));
  const counts = { added: 0, removed: 0, changed: 0, same: 0 };
  for (const { kind } of entries) counts[kind] += 1;
  return {
    before: shown(before),
    after: shown(after),
    counts,
    entries: entries.filter(({ kind }) => everything || kind !== "same"),
  };
}

function sideOf(world: World, text: string): Side {
  const [name = "", rest, ...more] = text.split("@");
  if (!name || rest === "" || rest === NODE || more.length > 0) {
    throw invalid("side-invalid", { given: text });
  }
  const environment = world.environment(name);
  if (rest?.startsWith(NODE)) return live(world, environment, rest.slice(NODE.length));
  const revision = rest === undefined ? wanted(environment) : revisionNamed(environment, rest);
  if (!revision) throw notFound("revision-none", { name });
  return { environment, revision, node: null };
}

function live(world: World, environment: EnvironmentRow, node: string): Side {
  const { name } = world.node(node);
  const number = environment.replicas.find((each) => each.node === name)?.live_revision ?? null;
  if (number === null) throw notFound("nothing-live", { name: environment.name, node: name });
  const replica = new Documents(world, "en").replicas(environment).find((each) => each.node === name);
  const more = replica ? straysOf(replica) : [];
  const told = replica?.reported_at ? { told: { at: replica.reported_at, more } } : {};
  return { environment, revision: revisionNamed(environment, String(number)), node: name, ...told };
}

function shown({ environment, revision, node, told }: Side): Schemas["ComparedSide"] {
  return {
    environment: environment.name,
    revision: revision.number,
    node,
    observed_at: told?.at ?? null,
    tags: revision.tags,
  };
}

/** Everything that a side says, by part and name. */
function valuesOf({ environment, revision, told }: Side): Map<string, Value[]> {
  const { lock, wish } = revision;
  const found = new Map<string, Value[]>();
  const put = (part: Entry["part"], name: string, text: string, marker = "", origin = "") => {
    const key = `${part} ${name}`;
    const values = [...(found.get(key) ?? []), { text, marker, origin }];
    found.set(
      key,
      values.sort((one, two) => one.text.localeCompare(two.text)),
    );
  };
  for (const { name, version, marker } of lock) put("package", name, version, marker ?? "");
  for (const { name, version, origin } of told?.more ?? []) {
    put("package", name, version, "", origin);
  }
  for (const line of wish.requirements) {
    put("requirement", /^[\w.-]+/u.exec(line)?.[0].toLowerCase() ?? line, line);
  }
  put("python", "python", wish.python.replace(/^==(.+)\.\*$/u, "$1"));
  for (const platform of wish.platforms) put("platform", platform, platform);
  for (const [name, chosen] of Object.entries(environment.policy)) {
    if (chosen !== null) put("setting", name, String(chosen));
  }
  return found;
}

function entriesOf(before: Map<string, Value[]>, after: Map<string, Value[]>): Entry[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const entries = keys.map((key) => {
    const [part, ...name] = key.split(" ");
    const [old, now] = [before.get(key) ?? [], after.get(key) ?? []];
    const kind = kindOf(old, now);
    return { part: part as Entry["part"], name: name.join(" "), kind, before: old, after: now };
  });
  const place = ({ part }: Entry) => PARTS.indexOf(part);
  return entries.sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
}

function kindOf(old: Value[], now: Value[]): Entry["kind"] {
  if (JSON.stringify(old) === JSON.stringify(now)) return "same";
  if (old.length === 0) return "added";
  return now.length === 0 ? "removed" : "changed";
}
