/**
 * What a route is, typed by the API's description.
 *
 * A handler sees only the parameters that its operation has and returns only what its
 * operation answers, so a change of the API that the mock does not follow fails tsc.
 */
import type { IncomingHttpHeaders, ServerResponse } from "node:http";

import type { paths, Role } from "../schema";
import type { Language } from "../texts";
import type { SessionRow } from "../world/people";
import type { World } from "../world/world";

export type Method = "get" | "put" | "post" | "patch" | "delete";

type Part<Operation, Name extends "query" | "path"> = Operation extends {
  parameters: Partial<Record<Name, infer Given>>;
}
  ? NonNullable<Given>
  : never;
type Key<Operation, Name extends "query" | "path"> = keyof Part<Operation, Name> & string;

type Body<Operation> = Operation extends {
  requestBody: { content: { "application/json": infer Sent } };
}
  ? Sent
  : undefined;

/** What the description leaves open, as it does for a lock, may be anything. */
type Content<Answer> = Answer extends { content: infer Kinds } ? Kinds[keyof Kinds] : unknown;
type Document<Operation> = Operation extends { responses: infer Answers }
  ? {
      [Status in keyof Answers & (200 | 201 | 202 | 204)]: Content<Answers[Status]>;
    }[keyof Answers & (200 | 201 | 202 | 204)]
  : never;

/** One request, read and checked. */
export interface Call<Operation> {
  world: World;
  /** Who asks; nobody on a route that is open to everybody. */
  who: SessionRow | null;
  language: Language;
  headers: IncomingHttpHeaders;
  path: Record<Key<Operation, "path">, string>;
  /** The values of a query parameter, in the order given. */
  all: (name: Key<Operation, "query">) => string[];
  body: Body<Operation>;
}

export interface Reply<Document> {
  document: Document;
  status: number;
  headers: Record<string, string>;
  /** Writes the answer itself; nothing else is sent then. */
  stream?: (response: ServerResponse) => void;
}

export interface Route<Operation> {
  /** The weakest role that may ask; null for everybody. */
  role: Role | null;
  answer: (
    call: Call<Operation>,
  ) => Reply<Document<Operation>> | Promise<Reply<Document<Operation>>>;
}

/** What nodes ask, which no browser does. */
type NodePaths =
  | "/api/v1/node/credentials"
  | "/api/v1/node/join"
  | "/api/v1/node/leave"
  | "/api/v1/node/pythons/{digest}"
  | "/api/v1/locks/{digest}";

/** What the command line and machines that join ask for: the console has no page of it. */
type CommandPaths = "/api/v1/ca";

/** Every other path and method of the API: one that is missing here, or gone there, fails tsc. */
export type Table = {
  [Path in Exclude<keyof paths, NodePaths | CommandPaths>]: {
    [M in Method as [NonNullable<paths[Path][M]>] extends [never] ? never : M]: Route<
      NonNullable<paths[Path][M]>
    >;
  };
};

/** The routes of some paths, such as a file of `routes/` has. */
export type Routes<Path extends keyof Table> = Pick<Table, Path>;

export function reply<Document>(
  document: Document,
  status = 200,
  headers: Record<string, string> = {},
): Reply<Document> {
  return { document, status, headers };
}

/** The first value of a parameter; an empty one counts as not given. */
export function first(values: readonly string[]): string | null {
  return values[0] || null;
}
