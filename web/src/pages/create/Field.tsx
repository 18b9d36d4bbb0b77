/** A field with its name, what to know about it, and what is wrong with it. */
import "./Field.css";

import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";

import { type Said, say } from "../../api/problem";
import { Prose } from "../../components/Prose";

/** What a control has to carry, so that name, hint and error are read out with it. */
export interface Named {
  id: string;
  "aria-describedby": string;
  "aria-invalid": boolean;
}

interface Props {
  label: string;
  hint?: ReactNode;
  error?: Said | null;
  children: (named: Named) => ReactNode;
}

function Notes({ id, hint, error }: { id: string; hint: ReactNode; error: Said | null }) {
  const { i18n } = useTranslation();
  return (
    <div id={id} className="field-notes">
      {error && (
        <div className="field-error">
          <Prose text={say(error, i18n).message} />
        </div>
      )}
      {hint && <div className="quiet">{hint}</div>}
    </div>
  );
}

export function Field({ label, hint = null, error = null, children }: Props) {
  const id = useId();
  const notes = `${id}-notes`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": notes, "aria-invalid": error !== null })}
      <Notes id={notes} hint={hint} error={error} />
    </div>
  );
}

/** Several controls under one name. */
export function FieldGroup({ label, hint = null, error = null, children }: {
  label: string;
  hint?: ReactNode;
  error?: Said | null;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <fieldset className="field" aria-describedby={id}>
      <legend>{label}</legend>
      {children}
      <Notes id={id} hint={hint} error={error} />
    </fieldset>
  );
}
