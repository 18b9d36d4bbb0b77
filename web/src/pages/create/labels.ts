/** Labels as they are typed: `key=value`, by the API's rule. */
import type { Said } from "../../api/problem";

export type Labels = Readonly<Record<string, string>>;

const KEY = /^[a-z0-9][a-z0-9._/-]{0,62}$/;
const VALUE_LIMIT = 255;
export const LABELS_LIMIT = 64;

export interface Label {
  key: string;
  value: string;
}

/** Reads one label; a key alone has an empty value. */
export function labelIn(text: string): Label {
  const [key = "", ...rest] = text.split("=");
  return { key: key.trim(), value: rest.join("=").trim() };
}

/** Returns what is wrong with a typed label beside others; null where nothing is. */
export function labelProblem(text: string, labels: Labels): Said | null {
  const { key, value } = labelIn(text);
  if (!KEY.test(key)) return { code: "label-key", params: { key } };
  if (value.length > VALUE_LIMIT) return { code: "label-value", params: { limit: VALUE_LIMIT } };
  const more = key in labels ? 0 : 1;
  const many = Object.keys(labels).length + more > LABELS_LIMIT;
  return many ? { code: "label-count", params: { limit: LABELS_LIMIT } } : null;
}

/** Returns the labels with a typed one, which takes the place of one with its key. */
export function withLabel(labels: Labels, text: string): Labels {
  const { key, value } = labelIn(text);
  return { ...labels, [key]: value };
}

export function withoutLabel(labels: Labels, key: string): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([each]) => each !== key));
}

export function sameLabels(one: Labels, other: Labels): boolean {
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key])
  );
}
