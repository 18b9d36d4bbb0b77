/** The state of a form: what it holds, and how it is changed by hand and from elsewhere. */
import { type RefObject, useRef, useState } from "react";

import type { Draft } from "./draft";
import type { Editor } from "./editor/RequirementsEditor";

export interface Form {
  draft: Draft;
  /** Takes over what was typed. */
  change: (part: Partial<Draft>) => void;
  /** Takes over what was not typed here, which the editor has to be told. */
  lay: (part: Partial<Draft>) => void;
  editor: RefObject<Editor | null>;
}

export function useForm(first: () => Draft): Form {
  const [draft, setDraft] = useState(first);
  const editor = useRef<Editor>(null);
  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
  };
  const lay = (part: Partial<Draft>) => {
    change(part);
    if (part.requirements !== undefined) editor.current?.replace(part.requirements);
  };
  return { draft, change, lay, editor };
}
