/** Which template of the API a path is, and what stands in its braces. */

export interface Match<Template extends string> {
  template: Template;
  values: Record<string, string>;
}

/** Returns a function that finds the template for a path; one without braces goes first. */
export function matcher<Template extends string>(
  templates: readonly Template[],
): (path: string) => Match<Template> | null {
  const known = templates.map((template) => {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "");
    const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, "([^/]+)")}$`);
    return { template, names, pattern };
  });
  known.sort((a, b) => a.names.length - b.names.length);
  return (path) => {
    for (const { template, names, pattern } of known) {
      const found = pattern.exec(path);
      if (!found) continue;
      const values = names.map((name, place) => [name, decoded(found[place + 1] ?? "")] as const);
      return { template, values: Object.fromEntries(values) };
    }
    return null;
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
