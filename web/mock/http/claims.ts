/** Requests that may be sent twice and must be done once: the `Idempotency-Key`. */
import type { Call } from "./route";
import { conflict, invalid } from "./refusal";

const LONGEST = 255;

/** Does `work` unless this key was used before; returns the id of the operation either way. */
export function once<Operation>(call: Call<Operation>, route: string, work: () => string): string {
  const { world, who, headers, body } = call;
  const key = headers["idempotency-key"];
  if (key === undefined) return work();
  if (typeof key !== "string" || !key || key.length > LONGEST) {
    throw invalid("idempotency-key-invalid", { limit: LONGEST });
  }
  const place = `${who?.username ?? ""} ${route} ${key}`;
  const sent = JSON.stringify(body ?? null);
  const known = world.claims.get(place);
  if (known && known.body !== sent) throw conflict("idempotency-key-reused", { key });
  if (known) return known.operation;
  const operation = work();
  world.claims.set(place, { body: sent, operation });
  return operation;
}
