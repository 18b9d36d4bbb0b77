/** An environment as an answer, also where its resolution has to be waited for. */
import type { Schemas } from "../schema";
import type { Language } from "../texts";
import { Documents } from "../world/documents";
import { isOpen } from "../world/work";
import type { World } from "../world/world";
import { Refusal } from "./refusal";
import { reply, type Reply } from "./route";
import { tag } from "./versions";

const LONGEST = "60";

interface Asking {
  world: World;
  language: Language;
  all: (name: "wait") => string[];
}

export function shown(
  world: World,
  language: Language,
  name: string,
): Reply<Schemas["Environment"]> {
  const row = world.environment(name);
  return reply(new Documents(world, language).environment(row), 200, tag(String(row.version)));
}

/** Waits for a resolution and answers with what came of it. */
export async function resolved(
  { world, language, all }: Asking,
  name: string,
  id: string,
  status = 200,
): Promise<Reply<Schemas["Environment"] | Schemas["Operation"]>> {
  const operation = world.operation(id);
  const { signal } = world.ending;
  const until = Date.now() + Number(all("wait")[0] ?? LONGEST) * 1_000;
  while (isOpen(operation) && Date.now() < until && !signal.aborted) {
    await world.changed.wait(signal, until - Date.now());
  }
  if (isOpen(operation)) {
    const document = new Documents(world, language).operation(operation);
    return reply(document, 202, { Location: `/api/v1/operations/${id}` });
  }
  if (operation.state !== "succeeded") {
    const refusal = new Refusal(422, "resolution-failed", { name, operation: id });
    refusal.cause_ = operation.cause;
    throw refusal;
  }
  return { ...shown(world, language, name), status };
}
