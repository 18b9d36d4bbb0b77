/** A very long log, each of whose lines is known by its place alone. */
import type { Line, Step } from "../world/logs";
import { digits } from "../world/random";
import { PROJECTS } from "./packages";

export const LONG = 100_000;

const NAMES = Object.keys(PROJECTS);
const STEPS: Step[] = ["lock", "interpreter", "venv", "fetch", "install", "check", "switch"];

export function longLine(begun: number, place: number): Line {
  const name = NAMES[place % NAMES.length] ?? "";
  const step =
    STEPS[Math.min(STEPS.length - 1, Math.floor((place * STEPS.length) / LONG))] ?? "fetch";
  const sha256 = place % 7 === 0 ? ` sha256:${digits(String(place), 64)}` : "";
  const text = `line ${String(place + 1)}: ${name} ${place % 11 === 0 ? "failed, trying again" : "done"}${sha256}`;
  return { at: new Date(begun + place * 12).toISOString(), step, text };
}
