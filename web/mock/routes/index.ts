/** Every route of the API; one that is missing fails tsc. */
import type { Table } from "../http/route";
import { audit } from "./audit";
import { collections } from "./collections";
import { blocks } from "./blocks";
import { comparisons } from "./comparisons";
import { drift } from "./drift";
import { environments } from "./environments";
import { events } from "./events";
import { find } from "./find";
import { health } from "./health";
import { logs } from "./logs";
import { names } from "./names";
import { nodes } from "./nodes";
import { nodeTokens } from "./nodeTokens";
import { operations } from "./operations";
import { people } from "./people";
import { plans } from "./plans";
import { pythons } from "./pythons";
import { revisions } from "./revisions";
import { rollouts } from "./rollouts";
import { session } from "./session";
import { tokens } from "./tokens";
import { undeletion } from "./undeletion";

export const TABLE: Table = {
  ...audit,
  ...collections,
  ...blocks,
  ...comparisons,
  ...drift,
  ...environments,
  ...events,
  ...find,
  ...health,
  ...logs,
  ...names,
  ...nodes,
  ...nodeTokens,
  ...operations,
  ...people,
  ...plans,
  ...pythons,
  ...revisions,
  ...rollouts,
  ...session,
  ...tokens,
  ...undeletion,
};
