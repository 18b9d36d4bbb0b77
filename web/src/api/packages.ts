/** Packages that this installation knows by name. */
import { api, unwrap } from "./client";
import type { components } from "./schema.gen";

export type PackageName = components["schemas"]["PackageName"];

/** Completes a name; ends when nobody waits any more. */
export async function namesLike(search: string, signal: AbortSignal): Promise<PackageName[]> {
  const asked = api.GET("/api/v1/packages/names", { params: { query: { search } }, signal });
  return (await unwrap(asked)).items;
}
