/** The API's own types, under shorter names: whatever the API changes, tsc tells here. */
import type { components, paths } from "../src/api/schema.gen";

export type Schemas = components["schemas"];
export type { paths };

export type Role = Schemas["Role"];
export type Platform = Schemas["Platform"];
export type Scalar = Schemas["CauseView"]["params"][string];

/** Why work failed, before it is put into words. */
export type CauseRow = Omit<Schemas["CauseView"], "message" | "remedy">;
