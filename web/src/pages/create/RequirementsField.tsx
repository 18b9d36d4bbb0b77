/** The requirements: typed, pasted, or taken from a file; what is wrong with which line. */
import { UploadOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import { lazy, Suspense, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { type Said, say } from "../../api/problem";
import { Boundary } from "../../components/Boundary";
import { Prose } from "../../components/Prose";
import { useFileDrop } from "./drop";
import { BYTES_LIMIT, readFile } from "./file";
import { MarkList } from "./MarkList";
import type { Mark } from "./marks";
import type { Form } from "./useForm";

const RequirementsEditor = lazy(() => import("./editor/RequirementsEditor"));

/** What came of the last file, and the text whose place it took. */
type Taken = { name: string; lines: number; before: string } | { problem: Said };

/** Reads the first of some files, if it is one and of a size that makes sense. */
async function taken(files: File[], before: string): Promise<Taken & { text?: string }> {
  const [file, ...more] = files;
  if (!file || more.length > 0) return { problem: { code: "file-not-one" } };
  if (file.size > BYTES_LIMIT) {
    const params = { size: file.size, limit: BYTES_LIMIT };
    return { problem: { code: "requirements-too-large", params } };
  }
  try {
    const read = readFile(new Uint8Array(await file.arrayBuffer()));
    if ("problem" in read) return read;
    const lines = read.text === "" ? 0 : read.text.split("\n").length;
    return { name: file.name, lines, before, text: read.text };
  } catch {
    return { problem: { code: "file-not-read", params: { name: file.name } } }; // a folder, say
  }
}

interface NoteProps {
  taken: Taken;
  onUndo: (before: string) => void;
}

function TakenNote({ taken: last, onUndo }: NoteProps) {
  const { t, i18n } = useTranslation();
  if ("problem" in last) {
    const { message, hint } = say(last.problem, i18n);
    return (
      <div role="alert" className="field-error">
        <Prose text={message} />
        {hint && (
          <div className="quiet">
            <Prose text={hint} />
          </div>
        )}
      </div>
    );
  }
  return (
    <div role="status" className="quiet">
      {t("console.requirements.taken", { name: last.name, lines: last.lines })}
      {last.before.trim() !== "" && (
        <>
          {" · "}
          <button
            type="button"
            className="link"
            onClick={() => {
              onUndo(last.before);
            }}
          >
            {t("console.requirements.undo")}
          </button>
        </>
      )}
    </div>
  );
}

interface UploadProps {
  disabled: boolean;
  onFiles: (files: File[]) => void;
}

function Upload({ disabled, onFiles }: UploadProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t("console.requirements.file")}
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          target.value = ""; // so that the same file can be taken again
        }}
      />
      <Button
        size="small"
        icon={<UploadOutlined aria-hidden />}
        disabled={disabled}
        onClick={() => input.current?.click()}
      >
        {t("console.requirements.upload")}
      </Button>
    </>
  );
}

interface Props {
  form: Form;
  marks: readonly Mark[];
  busy: boolean;
}

export function RequirementsField({ form, marks, busy }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [last, setLast] = useState<Taken | null>(null);
  const { draft, change, lay, editor } = form;
  const take = (files: File[]) => {
    void taken(files, draft.requirements).then(({ text, ...came }) => {
      setLast(came as Taken);
      if (text !== undefined) lay({ requirements: text });
    });
  };
  const over = useFileDrop(!busy, take);
  const wrong = marks.some(({ severity }) => severity === "error");
  return (
    <div className="field requirements">
      <div className="field-head">
        <span id={`${id}-name`} className="field-name">
          {t("console.requirements.label")}
        </span>
        <Upload disabled={busy} onFiles={take} />
      </div>
      <div className="editor" data-wrong={wrong} data-over={over}>
        <Boundary>
          <Suspense fallback={<Skeleton active title={false} paragraph={{ rows: 8 }} />}>
            <RequirementsEditor
              editor={editor}
              first={draft.requirements}
              onChange={(requirements) => {
                change({ requirements });
              }}
              marks={marks}
              readOnly={busy}
              labelledBy={`${id}-name`}
              describedBy={`${id}-notes`}
              invalid={wrong}
            />
          </Suspense>
        </Boundary>
        {over && <div className="editor-drop">{t("console.requirements.drop")}</div>}
      </div>
      <div id={`${id}-notes`} className="field-notes">
        {last && (
          <TakenNote
            taken={last}
            onUndo={(before) => {
              lay({ requirements: before });
              setLast(null);
            }}
          />
        )}
        <MarkList
          marks={marks}
          label={t("console.requirements.marks")}
          onGoTo={(line) => editor.current?.goTo(line)}
        />
        {!last && marks.length === 0 && (
          <div className="quiet">{t("console.requirements.hint")}</div>
        )}
      </div>
    </div>
  );
}
