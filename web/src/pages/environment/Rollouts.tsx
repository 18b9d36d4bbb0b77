/** How revisions go to the nodes: the one on its way by wave, and what happened before. */
import "./rollouts.css";

import { CheckCircleFilled, ClockCircleOutlined, SyncOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Environment } from "../../api/environment";
import { type Rollout, useRollouts } from "../../api/rollouts";
import { useNow } from "../../app/now";
import { type Progress, reasonWords, type Wave, wavesOf } from "../../app/rollout";
import { useMay } from "../../app/who";
import { Empty } from "../../components/Empty";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { Moment } from "../../components/Moment";
import { Pager } from "../../components/Pager";
import { RolloutStory } from "./RolloutStory";
import type { Wish } from "./tabs";

/** So many names are told at once, and so many at all; nobody reads a thousand. */
const FEW = 3;
const LISTED = 100;

const MARKS: Record<Progress, ReactNode> = {
  done: <CheckCircleFilled />,
  work: <SyncOutlined />,
  next: <ClockCircleOutlined />,
};

function Step({ wave: { number, size, progress } }: { wave: Wave }) {
  const { t } = useTranslation();
  const nodes = /^\d+$/.test(size ?? "") ? Number(size) : null;
  const whose =
    size === null
      ? t("console.rollout.rest")
      : nodes === null
        ? t("console.rollout.share", { share: size })
        : t("console.rollout.nodes", { count: nodes });
  return (
    <li className={`wave ${progress}`} aria-current={progress === "work" ? "step" : undefined}>
      <span className="wave-name">
        <span aria-hidden>{MARKS[progress]}</span> {t("console.rollout.wave", { wave: number })}
      </span>
      <span className="quiet">
        {whose} · {t(`console.rollout.progress.${progress}`)}
      </span>
    </li>
  );
}

function Waves({ rollout }: { rollout: Rollout }) {
  const { t } = useTranslation();
  const waves = wavesOf(rollout);
  if (waves.length < 2) return null;
  return (
    <ol className="waves" aria-label={t("console.rollout.waves")}>
      {waves.map((wave) => (
        <Step key={wave.number} wave={wave} />
      ))}
    </ol>
  );
}

function NodeLinks({ names }: { names: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <ul className="rule-nodes">
      {names.slice(0, LISTED).map((name) => (
        <li key={name}>
          <Link to={`/nodes/${name}`}>{name}</Link>
        </li>
      ))}
      {names.length > LISTED && (
        <li className="quiet">{t("console.place.more", { count: names.length - LISTED })}</li>
      )}
    </ul>
  );
}

/** Nodes by name: a few in line, more of them folded. */
function Named({ what, names }: { what: "waits-for" | "failed" | "behind"; names: string[] }) {
  const { t } = useTranslation();
  if (names.length === 0) return null;
  return (
    <div>
      <dt className="quiet">{t(`console.rollout.fact.${what}`)}</dt>
      <dd className={what === "failed" ? "bad-word" : ""}>
        {names.length <= FEW ? (
          names.map((name, place) => (
            <span key={name}>
              {place > 0 && ", "}
              <Link to={`/nodes/${name}`}>{name}</Link>
            </span>
          ))
        ) : (
          <details className="folded">
            <summary>{t("console.rollout.nodes", { count: names.length })}</summary>
            <NodeLinks names={names} />
          </details>
        )}
      </dd>
    </div>
  );
}

function Facts({ rollout }: { rollout: Rollout }) {
  const { t } = useTranslation();
  const { moved, ready, nodes, failed, allowed, waits_for: waits, behind } = rollout;
  const mayFail = allowed ?? null;
  return (
    <dl className="facts">
      <div>
        <dt className="quiet">{t("console.rollout.fact.moved")}</dt>
        <dd className="figures">{t("console.rollout.of-nodes", { count: moved, nodes })}</dd>
      </div>
      <div>
        <dt className="quiet">{t("console.rollout.fact.ready")}</dt>
        <dd className="figures">{ready}</dd>
      </div>
      {mayFail !== null && (
        <div>
          <dt className="quiet">{t("console.rollout.fact.may-fail")}</dt>
          <dd className="figures">
            {t("console.rollout.failures", { failed: failed.length, allowed: mayFail })}
          </dd>
        </div>
      )}
      <Named what="waits-for" names={waits} />
      <Named what="failed" names={failed} />
      <Named what="behind" names={behind} />
    </dl>
  );
}

function Open({ rollout }: { rollout: Rollout }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { revision, phase, requested_by: by, created_at: at, steps } = rollout;
  return (
    <section className="panel open-rollout" aria-label={t("console.rollout.open")}>
      <div>
        <h2>{t("console.rollout.of", { revision })}</h2>
        <p className="quiet">
          {reasonWords(rollout, now, i18n)} · <Moment at={at} />
          {by && ` · ${by}`}
        </p>
      </div>
      {phase !== "returning" && <Waves rollout={rollout} />}
      <Facts rollout={rollout} />
      <RolloutStory steps={steps} />
    </section>
  );
}

function Earlier({ rollout, opened }: { rollout: Rollout; opened: boolean }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { revision, ended_at: ended, created_at: begun, steps } = rollout;
  return (
    <li>
      <details className="panel" open={opened}>
        <summary>
          <strong>{t("console.rollout.of", { revision })}</strong>
          <span>{reasonWords(rollout, now, i18n)}</span>
          <span className="quiet">
            <Moment at={ended ?? begun} />
          </span>
        </summary>
        <RolloutStory steps={steps} />
      </details>
    </li>
  );
}

function None({ name }: { name: string }) {
  const { t } = useTranslation();
  const may = useMay("operator");
  return (
    <Empty text={t("console.rollout.none")}>
      <span className="quiet">{t("console.rollout.none-hint")}</span>
      {may && (
        <LinkButton to={`/environments/${name}/edit`}>{t("console.rollout.choose")}</LinkButton>
      )}
    </Empty>
  );
}

export function Rollouts({ environment, params, change }: { environment: Environment } & Wish) {
  const { t } = useTranslation();
  const cursor = params.get("cursor");
  const question = useRollouts(environment.name, cursor);
  return (
    <Loaded of={question}>
      {({ items, next }) => {
        const open = items.find(({ ended_at: ended }) => ended === null);
        const earlier = items.filter((each) => each !== open);
        if (items.length === 0) return <None name={environment.name} />;
        return (
          <div className="stack">
            {open && <Open rollout={open} />}
            {earlier.length > 0 && (
              <section className="stack" aria-labelledby="earlier-rollouts">
                <h2 id="earlier-rollouts">{t("console.rollout.earlier")}</h2>
                <ul className="earlier">
                  {earlier.map((rollout, place) => (
                    <Earlier
                      key={rollout.id}
                      rollout={rollout}
                      opened={!open && !cursor && place === 0}
                    />
                  ))}
                </ul>
              </section>
            )}
            <Pager
              cursor={cursor}
              next={next ?? null}
              onTurn={(to) => {
                change({ cursor: to });
              }}
            />
          </div>
        );
      }}
    </Loaded>
  );
}
