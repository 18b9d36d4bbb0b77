/** Preflights: what a requirements text needs and where it fits; an answer to each text. */
import type { Schemas } from "../schema";
import type { Language } from "../texts";
import { Documents } from "./documents";
import { diskFor, lackingOn, type Machine, machinesOf, sizeOf, viewOf } from "./machines";
import { chosenPython, interpreterOf, platformOf } from "./python";
import { logicalLines, parseLine, parseRequirements, written } from "./requirement";
import { hasOf, resolve } from "./resolver";
import type { LockedPackage, Wish } from "./rows";
import { nodesFor, placementIn } from "./wishes";
import type { World } from "./world";

type Node = Schemas["Node"];

export function preflight(
  world: World,
  sent: Schemas["PreflightWish"],
  language: Language,
): Schemas["Preflight"] {
  const requirements = parseRequirements(sent.requirements).map(written);
  const nodes = nodesFor(world, { placement: placementIn(world, sent), replicas: [] });
  const python = chosenPython(nodes, sent.python ?? null);
  const wish: Wish = { requirements, python, platforms: [...new Set(sent.platforms)].sort() };
  const { lock, cause } = resolve(wish);
  const found = { python, nodes: nodes.map((node) => nodeShown(node, python)) };
  if (!lock) {
    const { packages } = cause.params;
    const lines = linesOf(sent.requirements, new Set(Array.isArray(packages) ? packages : []));
    const told = new Documents(world, language).cause(cause);
    return { ...found, resolved: false, targets: [], packages: [], cause: told, lines };
  }
  const machines = machinesOf(wish, nodes);
  const required = machines.filter((each) => each.required);
  const lacking = new Set(required.flatMap((machine) => lackingOn(lock, machine)));
  return {
    ...found,
    resolved: lacking.size === 0,
    targets: machines.map((machine) => target(lock, machine)),
    packages: packagesShown(lock, machines, wish, lacking),
    cause: null,
    lines: linesOf(sent.requirements, lacking),
  };
}

function target(lock: readonly LockedPackage[], machine: Machine): Schemas["PreflightTarget"] {
  const { platform, minor, required, nodes } = machine;
  const has = lock.map(({ name, marker }) => hasOf(name, platform, minor, marker ?? ""));
  const count = (wanted: string) => has.filter((each) => each === wanted).length;
  const here = viewOf(lock, machine).filter(({ name }) => hasOf(name, platform, minor) === "wheel");
  const { bytes, unknown } = sizeOf(here);
  return {
    ...{ platform, python: `3.${String(minor)}`, required, nodes },
    wheels: count("wheel"),
    sources: count("source"),
    missing: count("missing"),
    download_bytes: bytes,
    unknown_sizes: unknown,
    disk_bytes: diskFor(bytes),
  };
}

/** Those that had to be left out for want of a wheel come last, without a version. */
function packagesShown(
  lock: readonly LockedPackage[],
  machines: readonly Machine[],
  wish: Wish,
  lacking: ReadonlySet<string>,
): Schemas["PreflightPackage"][] {
  const own = new Set(parseRequirements(wish.requirements.join("\n")).map(({ name }) => name));
  const shown = lock.map(({ name, version, marker, size, by }) => ({
    name,
    version: lacking.has(name) ? null : version,
    marker: marker,
    requested: own.has(name),
    size: lacking.has(name) ? null : size,
    has: machines.map(({ platform, minor }) => hasOf(name, platform, minor, marker ?? "")),
    required_by: by,
  }));
  return shown.sort((a, b) => Number(lacking.has(a.name)) - Number(lacking.has(b.name)));
}

function nodeShown(node: Node, python: string): Schemas["PreflightNode"] {
  const chosen = interpreterOf(node, python);
  return {
    node: node.name,
    state: node.state,
    platform: platformOf(node),
    python: chosen?.version ?? null,
    path: chosen?.path ?? null,
    wanted: python,
    found: [...new Set(node.interpreters.map(({ version }) => version))],
  };
}

function linesOf(text: string, packages: ReadonlySet<string>): Schemas["PreflightLine"][] {
  return logicalLines(text).flatMap(([line, words]) => {
    const parsed = words ? parseLine(words) : null;
    const takesPart = parsed && !Array.isArray(parsed) && packages.has(parsed.name);
    return takesPart ? [{ line, text: words.slice(0, 200) }] : [];
  });
}
