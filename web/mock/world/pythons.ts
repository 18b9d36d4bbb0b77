/** Pythons on nodes (`controller/pythons.py`): found there, or installed from the catalogue. */
import { conflict, invalid, notFound } from "../http/refusal";
import type { Platform, Schemas } from "../schema";
import { Log } from "./logs";
import { parsePython, platformOf } from "./python";
import { digits } from "./random";
import type { OperationRow } from "./rows";
import { admits } from "./version";
import type { World } from "./world";

type Archive = Schemas["PythonArchive"];
type Node = Schemas["Node"];

/** A Python that a node was asked to have. */
export interface Installed {
  archive: string;
  node: string;
  state: "pending" | "ready" | "removing";
  operation: string;
}

const FILE = /^cpython-(3\.\d+\.\d+)[-+].*?(x86_64|aarch64)-(unknown-linux-gnu|unknown-linux-musl|pc-windows-msvc)/;
const SYSTEMS: Record<string, string> = {
  "unknown-linux-gnu": "linux",
  "unknown-linux-musl": "musllinux",
  "pc-windows-msvc": "windows",
};

/** An archive with the nodes that have it. */
export function archiveShown(world: World, archive: Archive): Archive {
  const on = world.pythons.filter((each) => each.archive === archive.id);
  return { ...archive, nodes: on.map(({ node }) => node).sort() };
}

/** Takes an archive in; what is inside it, its name says. */
export function takeIn(world: World, name: string, size: number, by: string): Archive {
  const [, version, machine, system] = FILE.exec(name) ?? [];
  if (!version || !machine || !system) throw invalid("python-archive-unreadable", { reason: "not a gzip file" });
  const platform = `${SYSTEMS[system] ?? ""}-${machine}` as Platform;
  const made: Archive = {
    ...{ id: world.ids.next(), name, sha256: digits(name, 64), size, version, platform },
    ...{ implementation: "cpython", glibc: null, uploaded_by: by, nodes: [] },
    created_at: world.clock.at(),
  };
  world.archives.push(made);
  world.notePython(by, "archive-uploaded", { version, platform });
  return made;
}

export function takeOut(world: World, id: string, by: string): void {
  const archive = world.archives.find((each) => each.id === id);
  if (!archive) throw notFound("python-archive-not-found", { archive: id.slice(0, 80) });
  const { nodes, version, platform } = archiveShown(world, archive);
  if (nodes.length > 0) throw conflict("python-archive-in-use", { version, nodes });
  world.archives.splice(world.archives.indexOf(archive), 1);
  world.notePython(by, "archive-removed", { version, platform });
}

/** What a node has, and what is on its way there. */
export function pythonsOf(world: World, node: Node): Schemas["NodePython"][] {
  const environments = [...world.environments.values()].filter((row) =>
    row.replicas.some((each) => each.node === node.name),
  );
  const from = (version: string) =>
    environments
      .filter(({ replicas }) =>
        replicas.some((each) => each.node === node.name && each.python_version === version),
      )
      .map(({ name }) => name)
      .sort();
  const rest = { free_threaded: false, step: null, attempt: 1, progress: null, cause: null };
  const here = { ...rest, node: node.name, node_state: node.state, implementation: "cpython" };
  const found = node.interpreters.map(({ version, path, source }) => ({
    ...{ ...here, version, path, source, archive: null, operation: null },
    ...{ origin: "found" as const, state: "ready" as const },
    environments: from(version),
  }));
  const installed = world.pythons
    .filter((each) => each.node === node.name)
    .map(({ archive, state, operation }) => {
      const version = world.archives.find(({ id }) => id === archive)?.version ?? "";
      const path = state === "ready" ? `/var/lib/venvoy/pythons/${version}/bin/python3` : null;
      const origin = "venvoy" as Schemas["NodePython"]["origin"];
      return { ...here, version, path, source: "managed", archive, state, operation, origin, environments: [] };
    });
  return [...found, ...installed];
}

/** The newest archive that a node could have of a Python. */
function archiveFor(world: World, node: Node, python: string): Archive | undefined {
  return world.archives
    .filter((each) => each.platform === platformOf(node) && admits(python, each.version))
    .sort((a, b) => a.version.localeCompare(b.version, "en", { numeric: true }))
    .at(-1);
}

export function install(world: World, nodes: readonly Node[], wanted: string, by: string): OperationRow[] {
  const python = parsePython(wanted);
  const without = nodes.filter((node) => !archiveFor(world, node, python));
  if (without.length > 0) {
    const there = [...new Set(world.archives.map(({ version }) => version))];
    throw invalid("python-archive-none", { wanted, nodes: without.map(({ name }) => name), there });
  }
  return nodes.flatMap((node) => {
    const archive = archiveFor(world, node, python);
    const same = world.pythons.some((each) => each.archive === archive?.id && each.node === node.name);
    if (!archive || same) return [];
    const operation = begin(world, "python-install", node.name, by);
    const row: Installed = { archive: archive.id, node: node.name, state: "pending", operation: operation.id };
    world.pythons.push(row);
    finish(world, operation, archive.version, () => {
      row.state = "ready";
    });
    return [operation];
  });
}

export function remove(world: World, nodes: readonly Node[], wanted: string, by: string): OperationRow[] {
  const python = parsePython(wanted);
  return nodes.map((node) => {
    const row = world.pythons.find(({ archive, node: on }) => {
      const version = world.archives.find(({ id }) => id === archive)?.version;
      return on === node.name && version !== undefined && admits(python, version);
    });
    if (!row) throw invalid("python-not-on-node", { node: node.name, wanted });
    const operation = begin(world, "python-remove", node.name, by);
    Object.assign(row, { state: "removing", operation: operation.id });
    finish(world, operation, wanted, () => {
      world.pythons.splice(world.pythons.indexOf(row), 1);
    });
    return operation;
  });
}

function begin(world: World, kind: Schemas["OperationKind"], node: string, by: string): OperationRow {
  const at = world.clock.at();
  const operation: OperationRow = {
    ...{ id: world.ids.next(), kind, state: "running", environment: null, node, revision: null },
    ...{ step: "fetch", attempt: 1, progress: null, cause: null, requested_by: by },
    ...{ created_at: at, started_at: at, ended_at: null, log: new Log() },
  };
  world.operations.set(operation.id, operation);
  world.tell("operation-running", { operation: operation.id, kind, node });
  return operation;
}

function finish(world: World, operation: OperationRow, version: string, done: () => void): void {
  const { id, kind, node } = operation;
  world.later(world.pace.build / 2, () => {
    done();
    Object.assign(operation, { state: "succeeded", ended_at: world.clock.at() });
    operation.log.end();
    world.tell("python-changed", { node, python: version, state: "ready" });
    world.tell("operation-succeeded", { operation: id, kind, node });
  });
}
