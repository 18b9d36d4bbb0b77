/** A revision's tags: shown, given, and moved from another revision only when that is meant. */
import { TagOutlined } from "@ant-design/icons";
import { Button, Flex, Input, Tag } from "antd";
import { type SyntheticEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Revision } from "../../api/environment";
import { heldBy, useTag, useUntag } from "../../api/revisions";
import { useMay } from "../../app/who";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";

interface Props {
  name: string;
  revision: Revision;
}

const LONGEST = 63;

export function Tags({ revision: { tags } }: Props) {
  const { t } = useTranslation();
  if (tags.length === 0) return null;
  return (
    <ul className="tags" aria-label={t("console.detail.tags.label")}>
      {tags.map((tag) => (
        <li key={tag} className="mark tag">
          <TagOutlined aria-hidden /> {tag}
        </li>
      ))}
    </ul>
  );
}

function Given({ name, revision }: Props) {
  const { t } = useTranslation();
  const untag = useUntag(name);
  return (
    <>
      {revision.tags.length > 0 && (
        <Flex gap={8} wrap>
          {revision.tags.map((tag) => (
            <Tag
              key={tag}
              closable={{
                "aria-label": t("console.detail.tags.remove", { tag }),
                disabled: untag.isPending,
              }}
              onClose={(event) => {
                event.preventDefault();
                untag.mutate(tag);
              }}
            >
              {tag}
            </Tag>
          ))}
        </Flex>
      )}
      {untag.isError && <Failure error={untag.error} />}
    </>
  );
}

function Form({ name, revision, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const tag = useTag(name);
  const elsewhere = tag.isError ? heldBy(tag.error) : null;
  const field = useId();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!typed || tag.isPending) return;
    const wish = { tag: typed, revision: revision.number, move: elsewhere !== null };
    tag.mutate(wish, { onSuccess: onClose });
  };
  return (
    <Flex component="form" vertical gap={16} onSubmit={submit}>
      <Given name={name} revision={revision} />
      <Flex vertical gap={4}>
        <label htmlFor={field}>{t("console.detail.tags.name")}</label>
        <Input
          id={field}
          value={typed}
          maxLength={LONGEST}
          autoFocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={({ target }) => {
            setTyped(target.value);
            tag.reset();
          }}
        />
        <span className="quiet">{t("console.detail.tags.rule")}</span>
      </Flex>
      {tag.isError && elsewhere === null && <Failure error={tag.error} />}
      {elsewhere !== null && (
        <p role="alert">
          {t("console.detail.tags.elsewhere", { tag: typed, revision: elsewhere })}
        </p>
      )}
      <Flex gap={8} justify="end">
        <Button onClick={onClose}>{t("console.detail.tags.close")}</Button>
        <Button type="primary" htmlType="submit" loading={tag.isPending} disabled={!typed}>
          {t(`console.detail.tags.${elsewhere === null ? "add" : "move"}`)}
        </Button>
      </Flex>
    </Flex>
  );
}

export function TagButton({ name, revision }: Props) {
  const { t } = useTranslation();
  const may = useMay("operator");
  const [open, setOpen] = useState(false);
  if (!may) return null;
  const close = () => {
    setOpen(false);
  };
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<TagOutlined aria-hidden />}
        aria-label={t("console.detail.tags.of", { revision: revision.number })}
        onClick={() => {
          setOpen(true);
        }}
      >
        {t("console.detail.tags.label")}
      </Button>
      {open && (
        <Dialog
          title={t("console.detail.tags.of", { revision: revision.number })}
          onClose={close}
          narrow
        >
          <Form name={name} revision={revision} onClose={close} />
        </Dialog>
      )}
    </>
  );
}
