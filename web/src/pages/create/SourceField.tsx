/** What a revision of another environment brings with it; to be read, and not to be changed. */
import "./Source.css";

import { Button, Flex } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { RevisionDetail } from "../../api/environment";
import { useSource } from "../../api/sources";
import { pythonShown } from "../../app/figures";
import { Loaded } from "../../components/Loaded";
import { Moment } from "../../components/Moment";
import { type Source, sourceOf } from "./source";

/** As many characters of a digest as tell it from all others that one will see. */
const DIGEST = 12;

function Facts({ revision }: { revision: RevisionDetail }) {
  const { t } = useTranslation();
  const platforms = revision.platforms.join(", ");
  return (
    <>
      <Flex gap="4px 16px" wrap className="quiet">
        <span>Python {pythonShown(revision.python)}</span>
        {platforms && <span>{platforms}</span>}
        <span title={revision.lock_digest}>
          {t("console.detail.revisions.lock")}{" "}
          <code>{revision.lock_digest.slice(0, DIGEST)}</code>
        </span>
        <Moment at={revision.created_at} />
      </Flex>
      <ul className="source-lines" tabIndex={0} aria-label={t("console.requirements.label")}>
        {revision.requirements.map((line) => (
          <li key={line}>
            <code>{line}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

interface Props {
  source: string;
  /** Called when somebody wants requirements of their own after all. */
  onDrop: () => void;
  busy: boolean;
}

function Shown({ of: { name, revision: number }, onDrop, busy }: Omit<Props, "source"> & { of: Source }) {
  const { t } = useTranslation();
  const id = useId();
  const question = useSource(name, number);
  return (
    <section className="field source" aria-labelledby={id}>
      <div className="field-head">
        <span id={id} className="field-name">
          {t("console.promote.from")}{" "}
          <Link to={`/environments/${name}?tab=revisions`}>{`${name}@${String(number)}`}</Link>
        </span>
        <Button size="small" disabled={busy} onClick={onDrop}>
          {t("console.promote.drop")}
        </Button>
      </div>
      <Loaded of={question}>{(revision) => <Facts revision={revision} />}</Loaded>
      <div className="quiet">{t("console.promote.hint")}</div>
    </section>
  );
}

export function SourceField({ source, ...props }: Props) {
  const of = sourceOf(source);
  return of && <Shown of={of} {...props} />;
}
