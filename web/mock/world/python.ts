/** Which Python is wished for, and which interpreters and platforms answer that. */
import { invalid } from "../http/refusal";
import type { Platform, Schemas } from "../schema";
import { admits, clausesOf, compareVersions } from "./version";

type Node = Schemas["Node"];

export const PLATFORMS: readonly Platform[] = [
  "linux-x86_64",
  "linux-aarch64",
  "musllinux-x86_64",
  "musllinux-aarch64",
  "windows-x86_64",
];
const OLDEST = 9;
const NEWEST = 14;

/** Reads `3.12`, `3.12.4` or a set such as `>=3.11,<3.14` as a specifier set. */
export function parsePython(text: string): string {
  const wish = text.trim();
  const wanted = wish.slice(0, 80);
  const short = /^\d+(\.\d+)?$/.test(wish);
  const exact = /^\d+\.\d+\.(\d+|\*)$/.test(wish);
  const python = short ? `==${wish}.*` : exact ? `==${wish}` : wish;
  const clauses = clausesOf(python);
  if (!clauses?.length) throw invalid("python-invalid", { wanted });
  if (minorsOf(python).length === 0) {
    throw invalid("python-unsupported", { wanted, oldest: `3.${String(OLDEST)}` });
  }
  return clauses.map(({ operator, version }) => operator + version).join(",");
}

/** The minor versions of Python 3 that a set admits. */
export function minorsOf(python: string): number[] {
  const every = Array.from({ length: NEWEST - OLDEST + 1 }, (_, place) => OLDEST + place);
  const exact = /^==3\.(\d+)(\.|$)/.exec(python)?.[1];
  if (exact) return every.filter((minor) => minor === Number(exact));
  return every.filter((minor) =>
    [0, 20].some((patch) => admits(python, `3.${String(minor)}.${String(patch)}`)),
  );
}

export function platformOf(node: Node): Platform {
  return PLATFORMS.find((known) => known === node.platform) ?? "linux-x86_64";
}

/** The newest interpreter of a node that answers a wish. */
export function interpreterOf(node: Node, python: string): Schemas["InterpreterFact"] | null {
  const fitting = node.interpreters.filter(
    (each) =>
      each.implementation === "cpython" && !each.free_threaded && admits(python, each.version),
  );
  return fitting.sort((a, b) => compareVersions(b.version, a.version))[0] ?? null;
}

/** The wish, or where none is given the newest Python that any node has. */
export function chosenPython(nodes: readonly Node[], wish: string | null): string {
  const python = wish === null ? null : parsePython(wish);
  if (nodes.length === 0) {
    if (python === null) throw invalid("placement-python-needed");
    return python;
  }
  const fitting = nodes.flatMap((each) => interpreterOf(each, python ?? `>=3.${String(OLDEST)}`) ?? []);
  const [chosen] = fitting.sort((a, b) => compareVersions(b.version, a.version));
  if (!chosen) {
    const found = [...new Set(nodes.flatMap(pythonsOf))];
    throw invalid("python-not-found", { wanted: wish ?? "", found });
  }
  return python ?? `==${chosen.version.split(".").slice(0, 2).join(".")}.*`;
}

function pythonsOf({ interpreters }: Node): string[] {
  return interpreters.map(({ version }) => version);
}
