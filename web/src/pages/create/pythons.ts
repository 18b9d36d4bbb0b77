/** The Pythons that nodes have, for a choice. */
import type { Node } from "../../api/nodes";

/** 3.9 is the oldest Python that an environment may have. */
const OLDEST = 9;

type Interpreter = Node["interpreters"][number];

function minorOf({ version, implementation, free_threaded }: Interpreter): number | null {
  const minor = /^3\.(\d+)\.\d+$/.exec(version)?.[1];
  const plain = implementation === "cpython" && !free_threaded;
  return minor && plain && Number(minor) >= OLDEST ? Number(minor) : null;
}

/** Returns the minor versions that any node has, as `3.13`, the newest first. */
export function pythonsOf(nodes: readonly Node[]): string[] {
  const minors = nodes.flatMap(({ interpreters }) => interpreters.map(minorOf));
  return [...new Set(minors)]
    .filter((minor) => minor !== null)
    .sort((one, other) => other - one)
    .map((minor) => `3.${String(minor)}`);
}
