/** What the editor of requirements can do, and the parts that change while it is open. */
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { lintGutter } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  MatchDecorator,
  placeholder,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import type { TFunction } from "i18next";

import { completeName } from "./names";
import { typing } from "./typing";
import { look } from "./theme";

const comments = new MatchDecorator({
  regexp: /(?:^|\s)#.*/g,
  decoration: Decoration.mark({ class: "requirement-comment" }),
});

const quietComments = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = comments.createDeco(view);
    }

    update(update: ViewUpdate): void {
      this.decorations = comments.updateDeco(update, this.decorations);
    }
  },
  { decorations: ({ decorations }) => decorations },
);

/** Tab is bound to nothing, so that it leaves the field as everywhere on the page. */
const KEYS = keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]);

/** What depends on how the page is used; each can be exchanged in a living editor. */
export interface Setting {
  t: TFunction;
  dark: boolean;
  readOnly: boolean;
  labelledBy: string;
  describedBy: string;
  invalid: boolean;
}

const setting = new Compartment();

function phrases(t: TFunction): Extension {
  const say = (key: string) => t(`console.requirements.editor.${key}`);
  return EditorState.phrases.of({
    Completions: say("completions"),
    "Control character": say("control-character"),
    "Selection deleted": say("selection-deleted"),
  });
}

function settingOf({ t, dark, readOnly, ...field }: Setting): Extension {
  return [
    phrases(t),
    placeholder(t("console.requirements.placeholder")),
    EditorView.darkTheme.of(dark),
    EditorState.readOnly.of(readOnly),
    EditorView.editable.of(!readOnly),
    EditorView.contentAttributes.of({
      "aria-labelledby": field.labelledBy,
      "aria-describedby": field.describedBy,
      ...(field.invalid ? { "aria-invalid": "true" } : {}),
      ...(readOnly ? { "aria-readonly": "true", tabindex: "0" } : {}),
      spellcheck: "false",
      autocapitalize: "none",
    }),
  ];
}

/** Exchanges the setting of a living editor. */
export function resetting(to: Setting) {
  return setting.reconfigure(settingOf(to));
}

export function extensionsOf(
  first: Setting,
  nonce: string | undefined,
  onChange: (text: string) => void,
): Extension {
  return [
    nonce ? EditorView.cspNonce.of(nonce) : [],
    lineNumbers(),
    lintGutter(),
    highlightSpecialChars(),
    history(),
    typing,
    quietComments,
    EditorView.lineWrapping,
    // Nothing is chosen unasked: Enter ends the line unless somebody went into the list.
    autocompletion({ override: [completeName], icons: false, selectOnOpen: false }),
    KEYS,
    look,
    setting.of(settingOf(first)),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}
