/** The editor of requirements; loaded by itself, for it weighs more than its page. */
import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from "react";
import { useTranslation } from "react-i18next";

import { nonce } from "../../../app/nonce";
import { usePreferences } from "../../../app/preferences";
import type { Mark } from "../marks";
import { diagnosticsOf } from "./diagnostics";
import { extensionsOf, resetting, type Setting } from "./extensions";

/** What a page asks of the editor beside its text. */
export interface Editor {
  focus: () => void;
  /** Puts the cursor onto a line, counted from 1. */
  goTo: (line: number) => void;
  /** Exchanges the whole text for one that was not typed; it can be undone as if it were. */
  replace: (text: string) => void;
}

export interface EditorProps {
  /** The text to begin with; later ones come by `Editor.replace`. */
  first: string;
  onChange: (value: string) => void;
  marks: readonly Mark[];
  readOnly: boolean;
  labelledBy: string;
  describedBy: string;
  invalid: boolean;
  editor: Ref<Editor>;
}

function replace(view: EditorView, text: string): void {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

function goTo(view: EditorView, wanted: number): void {
  const { doc } = view.state;
  const line = doc.line(Math.min(Math.max(wanted, 1), doc.lines));
  view.dispatch({ selection: { anchor: line.from, head: line.to }, scrollIntoView: true });
  view.focus();
}

export default function RequirementsEditor(props: EditorProps) {
  const { marks, editor, readOnly, labelledBy, describedBy, invalid } = props;
  const { t } = useTranslation();
  const { dark } = usePreferences();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changed = useEffectEvent(props.onChange);
  const setting = useEffectEvent(
    (): Setting => ({ t, dark, readOnly, labelledBy, describedBy, invalid }),
  );
  const first = useEffectEvent(() => props.first);

  useEffect(() => {
    if (!place.current) return undefined;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first(),
        extensions: extensionsOf(setting(), nonce(), (text) => {
          changed(text);
        }),
      }),
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: resetting(setting()) });
  }, [t, dark, readOnly, labelledBy, describedBy, invalid]);

  useEffect(() => {
    const { current } = view;
    if (!current) return;
    current.dispatch(setDiagnostics(current.state, diagnosticsOf(marks, current.state.doc)));
  }, [marks]);

  useImperativeHandle(
    editor,
    () => ({
      focus: () => view.current?.focus(),
      goTo: (line) => {
        if (view.current) goTo(view.current, line);
      },
      replace: (text) => {
        if (view.current) replace(view.current, text);
      },
    }),
    [],
  );
  return <div ref={place} className="editor-place" />;
}
