/** What keeps a blocked release from going out (`controller/blocks.py`). */
import { conflict } from "../http/refusal";
import type { LockedPackage } from "./rows";
import { admits } from "./version";
import type { World } from "./world";

/** Refuses a lock that holds a blocked release. */
export function refuseBlocked(world: World, lock: readonly LockedPackage[]): void {
  const met = world.blocks.map((block) => {
    const [, name = "", specifier = ""] = /^([a-z0-9-]+)(.*)$/.exec(block.release) ?? [];
    const packages = lock.filter((each) => each.name === name && admits(specifier, each.version));
    return { block, packages };
  });
  const found = met.filter(({ packages }) => packages.length > 0);
  if (found.length === 0) return;
  throw conflict("release-blocked", {
    packages: found.flatMap(({ packages }) => packages.map((each) => `${each.name}==${each.version}`)),
    blocks: found.map(({ block }) => `${block.release} (${block.reason})`),
  });
}
