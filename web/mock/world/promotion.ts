/** Taking the lock of another environment unchanged (`controller/promotions.py`). */
import { invalid, notFound } from "../http/refusal";
import { revisionNamed } from "./history";
import { type LockedPackage, wanted, type Wish } from "./rows";
import type { World } from "./world";

export interface Promoted {
  /** As `NAME@REV`. */
  source: string;
  wish: Wish;
  lock: readonly LockedPackage[];
}

/** What a request may have beside a source, or may not. */
interface Sent {
  source?: string | null;
  requirements?: string | null;
  add?: readonly string[];
  drop?: readonly string[];
  python?: string | null;
  platforms?: readonly string[] | null;
  python_for?: readonly unknown[] | null;
  upgrade?: unknown;
}

/** What a request takes from another environment; null where it takes nothing. */
export function promoted(world: World, target: string, sent: Sent): Promoted | null {
  if (!sent.source) return null;
  const lists = [sent.add, sent.drop, sent.platforms, sent.python_for];
  const changes = lists.some((each) => (each ?? []).length > 0);
  if (changes || sent.requirements?.trim() || sent.python || sent.upgrade)
    throw invalid("promotion-with-changes", { name: target });
  const [name = "", rest, ...more] = sent.source.split("@");
  if (!name || rest === "" || more.length > 0) throw invalid("side-invalid", { given: sent.source });
  if (rest?.startsWith("node:")) throw invalid("promotion-of-node", { given: sent.source });
  const environment = world.environment(name);
  const revision = rest === undefined ? wanted(environment) : revisionNamed(environment, rest);
  if (!revision) throw notFound("revision-none", { name });
  const { number, wish, lock } = revision;
  return { source: `${name}@${String(number)}`, wish, lock };
}

/** A message that keeps where the lock came from. */
export function messageOf(said: string, source: string): string {
  return said ? `${said} ← ${source}` : `← ${source}`;
}
