/** The revision that another environment takes: by the name of its own and its number. */
export interface Source {
  name: string;
  revision: number;
}

const SOURCE = /^([a-z0-9][a-z0-9-]*)@([1-9]\d{0,8})$/u;

/** Reads `NAME@REV`; null for anything else. */
export function sourceOf(text: string): Source | null {
  const [, name, number] = SOURCE.exec(text) ?? [];
  return name && number ? { name, revision: Number(number) } : null;
}

/** The source that an address names with `from`, "" where it names none. */
export function sourceIn(params: URLSearchParams): string {
  const given = params.get("from") ?? "";
  return sourceOf(given) ? given : "";
}
