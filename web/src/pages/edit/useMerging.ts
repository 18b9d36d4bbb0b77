/** What a form began from, what the environment is now, and how the two come together. */
import { useState } from "react";

import type { Environment } from "../../api/environment";
import { draftOf, textOf } from "../create/draft";
import type { Form } from "../create/useForm";
import { type Field, mergeDraft, sameWish } from "./merge";

/** What came of laying one's own changes over another's. */
export interface Merging {
  collisions: readonly Field[];
  theirs: string;
}

export interface Bases {
  base: Environment;
  /** Whether somebody has changed what is asked for since. */
  diverged: boolean;
  merged: Merging | null;
  merge: () => void;
  takeTheirs: () => void;
  /** Begins from what there is now, whatever the form holds. */
  rebase: () => void;
}

/**
 * @param busy while a request of one's own is under way: what it changes is no news.
 */
export function useMerging(form: Form, first: Environment, now: Environment, busy: boolean): Bases {
  const [base, setBase] = useState(first);
  const [merged, setMerged] = useState<Merging | null>(null);
  const newer = now.version !== base.version && !busy;
  // A version that asks for the same, as after a change that came to nothing, is no news.
  const same = newer && sameWish(base, now);
  if (same) setBase(now);
  return {
    base,
    diverged: newer && !same,
    merged,
    merge: () => {
      const { draft, collisions } = mergeDraft(base, form.draft, now);
      form.lay(draft);
      setMerged({ collisions, theirs: textOf(now) });
      setBase(now);
    },
    takeTheirs: () => {
      form.lay(draftOf(now));
      setMerged(null);
      setBase(now);
    },
    rebase: () => {
      setBase(now);
    },
  };
}
