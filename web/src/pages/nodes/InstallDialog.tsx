/** Which nodes are to install a Python of the catalogue: by name, or by label. */
import { Alert, Button, ConfigProvider } from "antd";
import { type SyntheticEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { type PythonArchive, useAskPython } from "../../api/pythons";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { type Attempt, attemptFor, randomKey } from "../create/attempt";
import type { Labels } from "../create/labels";
import { NamesField } from "../create/NamesField";
import { SelectField } from "../create/SelectField";

interface Props {
  archive: PythonArchive;
  onClose: () => void;
}

function Asked({ count, onClose }: { count: number; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="dialog-form">
      <Alert
        type="success"
        showIcon
        role="status"
        title={t("console.pythons.install.asked", { count })}
        description={<Link to="/activity">{t("console.pythons.install.follow")}</Link>}
      />
      <div className="dialog-foot">
        <Button type="primary" autoFocus onClick={onClose}>
          {t("console.pythons.upload.close")}
        </Button>
      </div>
    </div>
  );
}

function Form({ archive: { version }, onClose }: Props) {
  const { t } = useTranslation();
  const [names, setNames] = useState<string[]>([]);
  const [select, setSelect] = useState<Labels>({});
  const attempt = useRef<Attempt | null>(null);
  const { mutate, isPending, error, data } = useAskPython("install");
  const nowhere = names.length === 0 && Object.keys(select).length === 0;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (nowhere || isPending) return;
    const wish = { python: version, nodes: names, select: { ...select } };
    attempt.current = attemptFor(JSON.stringify(wish), attempt.current, randomKey);
    mutate({ wish, key: attempt.current.key });
  };
  if (data) return <Asked count={data.items.length} onClose={onClose} />;
  return (
    <form className="dialog-form" onSubmit={submit}>
      <p>{t("console.pythons.install.why")}</p>
      {/* Within the dialog: what opens at the end of the document stands behind it. */}
      <ConfigProvider getPopupContainer={(field) => field?.parentElement ?? document.body}>
        <NamesField value={names} onChange={setNames} />
        <SelectField
          value={select}
          onChange={setSelect}
          hint={t("console.pythons.install.labels-hint")}
        />
      </ConfigProvider>
      {error && <Failure error={error} />}
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("console.create.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={isPending} disabled={nowhere}>
          {t("console.pythons.install.send")}
        </Button>
      </div>
    </form>
  );
}

export function InstallDialog({ archive, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t("console.pythons.install.title", { python: archive.version })}
      onClose={onClose}
    >
      <Form archive={archive} onClose={onClose} />
    </Dialog>
  );
}
