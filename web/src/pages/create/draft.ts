/** What a form holds, and the requests that it comes to. */
import type { EnvironmentCreate, Platform } from "../../api/editing";
import type { Environment } from "../../api/environment";
import type { EnvironmentPlan, Plan } from "../../api/plans";
import { pythonShown } from "../../app/figures";
import { labelIn, type Labels, sameLabels, withLabel } from "./labels";
import { ON_DEFAULT, type Placed, placedOf, placementOf, samePlaced } from "./placed";
import { sourceIn } from "./source";
import { NO_UPKEEP, policyChange, sameUpkeep, type Upkeep, upkeepOf } from "./upkeep";

export interface Draft {
  name: string;
  title: string;
  description: string;
  labels: Labels;
  /** A label that is being typed. */
  label: string;
  /** "" leaves it to Venvoy: any that fits, or as it is. */
  python: string;
  platforms: readonly Platform[];
  placement: Placed;
  upkeep: Upkeep;
  requirements: string;
  /** The revision whose lock is taken unchanged, as `NAME@REV`; "" for none. */
  source: string;
}

const NOTHING: Draft = {
  name: "",
  title: "",
  description: "",
  labels: {},
  label: "",
  python: "",
  platforms: [],
  placement: ON_DEFAULT,
  upkeep: NO_UPKEEP,
  requirements: "",
  source: "",
};

/**
 * What an address fills in: `name`, `requirements`, `python`, `node` and `select` for where,
 * and `from` for the revision whose lock is taken.
 */
export function draftIn(params: URLSearchParams): Draft {
  const given = (key: string) => params.get(key) ?? "";
  return {
    ...NOTHING,
    name: given("name"),
    python: given("python"),
    requirements: given("requirements"),
    placement: placedIn(params),
    source: sourceIn(params),
  };
}

function placedIn(params: URLSearchParams): Placed {
  const nodes = params.getAll("node").filter(Boolean);
  const labels = params.getAll("select").filter(Boolean).map(labelIn);
  const select = Object.fromEntries(labels.map(({ key, value }) => [key, value]));
  return placedOf({ nodes: [...new Set(nodes)], select });
}

/** An environment's requirements as they are typed. */
export function textOf({ requirements }: Pick<Environment, "requirements">): string {
  return requirements.join("\n");
}

export function draftOf(environment: Environment): Draft {
  const { name, title, description, labels, platforms, placement, policy } = environment;
  return {
    ...NOTHING,
    name,
    title,
    description,
    labels,
    platforms: [...platforms].sort(),
    placement: placedOf(placement),
    upkeep: upkeepOf(policy),
    requirements: textOf(environment),
  };
}

/** What a plan asks for, where the form that it came from is not known any more. */
export function draftOfPlan(environment: Environment, plan: Plan): Draft {
  const python = plan.python === environment.python ? "" : pythonShown(plan.python);
  return {
    ...draftOf(environment),
    python,
    platforms: [...plan.platforms].sort(),
    requirements: plan.source ? textOf(environment) : textOf(plan),
    source: plan.source ?? "",
  };
}

function labelsOf({ labels, label }: Draft): Labels {
  return label.trim() ? withLabel(labels, label) : labels;
}

export function sameDraft(one: Draft, other: Draft): boolean {
  return (
    one.name === other.name &&
    one.title === other.title &&
    one.description === other.description &&
    one.python.trim() === other.python.trim() &&
    one.requirements === other.requirements &&
    one.source === other.source &&
    one.platforms.join() === other.platforms.join() &&
    samePlaced(one.placement, other.placement) &&
    sameUpkeep(one.upkeep, other.upkeep) &&
    sameLabels(labelsOf(one), labelsOf(other))
  );
}

export function creationOf(draft: Draft): EnvironmentCreate {
  const { name, title, description, placement, source } = draft;
  const policy = policyChange(NO_UPKEEP, draft.upkeep);
  return {
    name,
    title: title.trim(),
    description: description.trim(),
    labels: { ...labelsOf(draft) },
    requirements: source ? "" : draft.requirements,
    python: (!source && draft.python.trim()) || null,
    platforms: source ? [] : [...draft.platforms],
    ...(source ? { source } : {}),
    ...(placement.chosen ? { placement: placementOf(placement) } : {}),
    ...(policy ? { policy } : {}),
  };
}

/** Returns only what differs from the environment that the form began with. */
export function changeOf(base: Environment, draft: Draft): EnvironmentPlan {
  const was = draftOf(base);
  const labels = labelsOf(draft);
  const change: EnvironmentPlan = { add: [], drop: [], message: "" };
  if (draft.title.trim() !== was.title) change.title = draft.title.trim();
  if (draft.description.trim() !== was.description) change.description = draft.description.trim();
  if (!sameLabels(labels, was.labels)) change.labels = { ...labels };
  if (draft.source) change.source = draft.source;
  else {
    if (draft.requirements !== was.requirements) change.requirements = draft.requirements;
    if (draft.python.trim()) change.python = draft.python.trim();
    if (draft.platforms.join() !== was.platforms.join()) change.platforms = [...draft.platforms];
  }
  if (!samePlaced(draft.placement, was.placement))
    change.placement = placementOf(draft.placement);
  const policy = policyChange(was.upkeep, draft.upkeep);
  if (policy) change.policy = policy;
  return change;
}

/** Whether a change would make the controller resolve anything. */
export function changesNothing({ add, drop, message, ...rest }: EnvironmentPlan): boolean {
  return add.length + drop.length === 0 && message === "" && Object.keys(rest).length === 0;
}
