/** Taking a revision over to another environment: which one, before anything else is asked. */
import { ExportOutlined } from "@ant-design/icons";
import { Button, Flex, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useEnvironmentNames } from "../../api/choices";
import { useSettled } from "../../app/settled";
import { Dialog } from "../../components/Dialog";
import { Loaded } from "../../components/Loaded";

/** Milliseconds of rest in the typing before the controller is asked. */
const PAUSE = 300;

interface Props {
  name: string;
  revision: number;
}

function Names({ search, source, not }: { search: string; source: string; not: string }) {
  const { t } = useTranslation();
  const question = useEnvironmentNames(search, true);
  return (
    <Loaded of={question}>
      {(names) => {
        const others = names.filter((name) => name !== not);
        if (others.length === 0) return <p className="quiet">{t("console.promote.no-other")}</p>;
        return (
          <ul className="promote-names">
            {others.map((name) => (
              <li key={name}>
                <Link to={`/environments/${name}/edit?from=${source}`}>{name}</Link>
              </li>
            ))}
          </ul>
        );
      }}
    </Loaded>
  );
}

function Choose({ name, revision, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const settled = useSettled(typed, PAUSE);
  if (settled && search !== typed) setSearch(typed);
  const source = encodeURIComponent(`${name}@${String(revision)}`);
  return (
    <Flex vertical gap={16}>
      <p className="quiet">{t("console.promote.what")}</p>
      <Link to={`/create?from=${source}`}>{t("console.promote.new")}</Link>
      <Flex vertical gap={8}>
        <Input
          type="search"
          aria-label={t("console.promote.search")}
          placeholder={t("console.promote.search")}
          value={typed}
          maxLength={63}
          autoFocus
          onChange={({ target }) => {
            setTyped(target.value);
          }}
        />
        <Names search={search} source={source} not={name} />
      </Flex>
      <Flex justify="end">
        <Button onClick={onClose}>{t("console.create.cancel")}</Button>
      </Flex>
    </Flex>
  );
}

export function PromoteButton({ name, revision }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
  };
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<ExportOutlined aria-hidden />}
        aria-label={t("console.promote.label-of", { revision })}
        onClick={() => {
          setOpen(true);
        }}
      >
        {t("console.promote.label")}
      </Button>
      {open && (
        <Dialog title={t("console.promote.title", { name, revision })} onClose={close}>
          <Choose name={name} revision={revision} onClose={close} />
        </Dialog>
      )}
    </>
  );
}
