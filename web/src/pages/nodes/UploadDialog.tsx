/** An archive of a Python on its way into the catalogue: chosen, sent, refused or taken in. */
import { Alert, Button, Input, Progress } from "antd";
import { type SyntheticEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { type PythonArchive, useUploadArchive } from "../../api/pythons";
import { bytes, share } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../create/Field";

function Sent({ file, sent }: { file: File; sent: number }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const figures = { bytes: bytes(sent, language), size: bytes(file.size, language) };
  return (
    <div role="status">
      <Progress
        percent={share(sent, file.size)}
        showInfo={false}
        size="small"
        status="normal"
        aria-label={t("console.pythons.upload.progress", { name: file.name })}
      />
      <span className="quiet figures">
        {/* All has gone: the controller looks through what came. */}
        {sent >= file.size ? t("console.pythons.upload.checking") : t("console.bytes-done", figures)}
      </span>
    </div>
  );
}

function Done({ archive, onClose }: { archive: PythonArchive; onClose: () => void }) {
  const { t } = useTranslation();
  const { version, platform } = archive;
  const what = { version, platform: t(`platforms.${platform}`, { defaultValue: platform }) };
  return (
    <div className="dialog-form">
      <Alert type="success" showIcon role="status" title={t("console.pythons.upload.done", what)} />
      <div className="dialog-foot">
        <Button type="primary" autoFocus onClick={onClose}>
          {t("console.pythons.upload.close")}
        </Button>
      </div>
    </div>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [sha256, setSha256] = useState("");
  const [sent, setSent] = useState(0);
  const stop = useRef(new AbortController());
  const { mutate, isPending, error, data, reset } = useUploadArchive();
  // Who closes the dialog meanwhile does not want it any more.
  useEffect(
    () => () => {
      stop.current.abort();
    },
    [],
  );
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!file || isPending) return;
    stop.current = new AbortController();
    setSent(0);
    mutate({ file, sha256: sha256.trim(), onSent: setSent, signal: stop.current.signal });
  };
  if (data) return <Done archive={data} onClose={onClose} />;
  return (
    <form className="dialog-form" onSubmit={submit}>
      <Field label={t("console.pythons.upload.file")} hint={t("console.pythons.upload.file-hint")}>
        {(named) => (
          <input
            {...named}
            type="file"
            accept=".gz,.tgz"
            disabled={isPending}
            onChange={({ target }) => {
              setFile(target.files?.[0] ?? null);
              reset();
            }}
          />
        )}
      </Field>
      <Field label={t("console.pythons.upload.sha256")} hint={t("console.pythons.upload.sha256-hint")}>
        {(named) => (
          <Input
            {...named}
            value={sha256}
            disabled={isPending}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={({ target }) => {
              setSha256(target.value);
            }}
          />
        )}
      </Field>
      {isPending && file && <Sent file={file} sent={sent} />}
      {error && error.name !== "AbortError" && <Failure error={error} />}
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("console.create.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={isPending} disabled={!file}>
          {t("console.pythons.upload.send")}
        </Button>
      </div>
    </form>
  );
}

export function UploadDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("console.pythons.upload.title")} onClose={onClose}>
      <Form onClose={onClose} />
    </Dialog>
  );
}
