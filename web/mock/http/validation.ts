/**
 * Requests held against the API's description, so that what the controller would refuse
 * is refused here too; and the defaults that the controller fills in.
 */
import description from "../../openapi.json";
import { invalid } from "./refusal";

interface Schema {
  $ref?: string;
  type?: string;
  anyOf?: Schema[];
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

interface Described {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

const KNOWN = description.components.schemas as Record<string, Schema>;
const PATHS = description.paths as unknown as Record<string, Record<string, Described>>;

/** A field that is wrong, and the key of `fields.` that says how. */
interface Fault {
  field: string;
  kind: string;
}

function resolved(schema: Schema): Schema {
  return schema.$ref ? (KNOWN[schema.$ref.split("/").at(-1) ?? ""] ?? {}) : schema;
}

function nameless(value: unknown): string {
  return Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
}

function kindOf(schema: Schema, value: unknown): string | null {
  const { type } = schema;
  if (schema.enum) return schema.enum.includes(value) ? null : "enum";
  if (type === "integer") {
    if (!Number.isInteger(value)) return "int_type";
    if (schema.minimum !== undefined && Number(value) < schema.minimum) return "greater_than_equal";
    if (schema.maximum !== undefined && Number(value) > schema.maximum) return "less_than_equal";
    return null;
  }
  if (type && nameless(value) !== type) return `${type}_type`;
  const long = typeof value === "string" && schema.maxLength && value.length > schema.maxLength;
  return long ? "string_too_long" : null;
}

function faults(given: Schema, value: unknown, field: string): Fault[] {
  const schema = resolved(given);
  if (schema.anyOf) {
    const tries = schema.anyOf.map((each) => faults(each, value, field));
    return tries.some((each) => each.length === 0) ? [] : (tries[0] ?? []);
  }
  const kind = kindOf(schema, value);
  if (kind) return [{ field, kind }];
  if (Array.isArray(value) && schema.items) {
    const { items } = schema;
    return value.flatMap((each, place) => faults(items, each, `${field}.${String(place)}`));
  }
  return typeof value === "object" && value && schema.properties
    ? fieldFaults(schema, value as Record<string, unknown>, field)
    : [];
}

function fieldFaults(schema: Schema, value: Record<string, unknown>, at: string): Fault[] {
  const under = (name: string) => (at ? `${at}.${name}` : name);
  const missing = (schema.required ?? []).filter((name) => !(name in value));
  return [
    ...missing.map((name) => ({ field: under(name), kind: "missing" })),
    ...Object.entries(value).flatMap(([name, each]) => {
      const known = schema.properties?.[name];
      if (known) return faults(known, each, under(name));
      const closed = schema.additionalProperties === false;
      return closed ? [{ field: under(name), kind: "extra_forbidden" }] : [];
    }),
  ];
}

function refuse(found: Fault[]): void {
  if (found.length === 0) return;
  const fields = found.map(({ field }) => field);
  throw invalid("input-invalid", {
    fields,
    reasons: found.map(({ field, kind }) => `\`${field}\`: ${kind}`),
  });
}

const BOOLEANS: Record<string, boolean> = { true: true, "1": true, false: false, "0": false };

/** A query parameter as the type that it is meant to be, where it can be that. */
function typed(schema: Schema, text: string): unknown {
  const kinds = (schema.anyOf ?? [schema]).map(({ type }) => type);
  if (kinds.includes("boolean")) return BOOLEANS[text] ?? text;
  const numeric = kinds.includes("integer") || kinds.includes("number");
  return numeric && text.trim() !== "" ? Number(text) : text;
}

/** Refuses query parameters that the controller would refuse; unknown ones it ignores. */
export function checkQuery(template: string, method: string, query: URLSearchParams): void {
  const parameters = PATHS[template]?.[method]?.parameters ?? [];
  const found = parameters
    .filter((each) => each.in === "query")
    .flatMap(({ name, schema }) =>
      query.getAll(name).flatMap((text) => {
        const list = [schema, ...(schema.anyOf ?? [])].find(({ type }) => type === "array");
        const one = resolved(list?.items ?? schema);
        return faults(one, typed(one, text), name);
      }),
    );
  refuse(found);
}

/** Returns a body with its defaults, or refuses it. */
export function checkedBody(template: string, method: string, body: unknown): unknown {
  const schema = PATHS[template]?.[method]?.requestBody?.content["application/json"]?.schema;
  if (!schema) return undefined;
  refuse(faults(schema, body, ""));
  const defaults = Object.entries(resolved(schema).properties ?? {})
    .filter(([, each]) => each.default !== undefined)
    .map(([name, each]) => [name, each.default] as const);
  return { ...Object.fromEntries(defaults), ...(body as object) };
}
