/** Which operations are still what is wanted, as far as the rows at hand tell. */
import type { Operation } from "../../api/operations";

/** One line of work: what a node does for an environment, or the environment's resolutions. */
function lineOf({ environment, node, kind }: Operation): string {
  return JSON.stringify([environment, node ?? { kind }]);
}

/**
 * Returns the ids of the newest of each line of work, the only ones that can be tried again.
 * The controller refuses, in words, what something newer elsewhere has replaced.
 */
export function newestOf(operations: readonly Operation[]): ReadonlySet<string> {
  const first = new Map<string, Operation>();
  for (const operation of operations) {
    const before = first.get(lineOf(operation));
    if (!before || before.created_at < operation.created_at)
      first.set(lineOf(operation), operation);
  }
  return new Set([...first.values()].map(({ id }) => id));
}
