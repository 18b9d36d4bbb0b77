/** Every revision, newest first: who made it, what it changed, and where it is in use. */
import { Flex } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { type Environment, type Revision, useRevision, useRevisions } from "../../api/environment";
import { useRollouts } from "../../api/rollouts";
import { pythonShown } from "../../app/figures";
import { standingOf, takenBack } from "../../app/rollout";
import { useMay } from "../../app/who";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { Moment } from "../../components/Moment";
import { Pager } from "../../components/Pager";
import { ExportButton } from "./Actions";
import { Changed } from "./Changed";
import { Compare } from "./Compare";
import { PromoteButton } from "./PromoteButton";
import { RollbackButton } from "./RollbackButton";
import { tabSearch, type Wish } from "./tabs";
import { TagButton, Tags } from "./Tags";

/** As many characters of a digest as tell it from all others that one will see. */
const DIGEST = 12;
const NAMED = 3;

interface Props {
  environment: Environment;
  revision: Revision;
  /** The one before, null for the first; undefined while it is not known. */
  before: Revision | null | undefined;
  /** Whether a rollout took it back. */
  taken: boolean;
}

function Where({ environment, revision, taken }: Omit<Props, "before">) {
  const { replicas, revision: wanted, rollout } = environment;
  const { t } = useTranslation();
  const nodes = replicas.flatMap(({ node, live_revision: live }) =>
    live === revision.number ? node : [],
  );
  const more = nodes.length - NAMED;
  const params = { nodes: nodes.slice(0, NAMED).join(", "), count: more };
  const going = rollout?.revision === revision.number;
  const { wave, waves } = rollout ?? {};
  return (
    <>
      {revision.number === wanted && !going && (
        <span className="mark">{t("console.detail.newest")}</span>
      )}
      {going && rollout && (
        <Link className="mark going" to={{ search: tabSearch("rollouts") }}>
          {t(`console.rollout.mark.${standingOf(rollout)}`, { wave, waves })}
        </Link>
      )}
      {taken && !going && revision.number !== wanted && (
        <Link className="mark" to={{ search: tabSearch("rollouts") }}>
          {t("console.rollout.mark.taken-back")}
        </Link>
      )}
      {nodes.length > 0 && (
        <span className="mark live">
          {t(`console.detail.revisions.${more > 0 ? "live-more" : "live"}`, params)}
        </span>
      )}
    </>
  );
}

function Entry({ environment, revision, before, taken }: Props) {
  const { t } = useTranslation();
  const may = useMay("operator");
  const { number, message, author, package_count: count, lock_digest: digest } = revision;
  const wanted = environment.revision ?? null;
  const against = wanted === null || wanted === number ? (before?.number ?? null) : wanted;
  return (
    <li className="revision" aria-label={t("console.detail.revisions.name", { revision: number })}>
      <Flex gap="4px 12px" align="baseline" wrap>
        <h3>{t("console.detail.revisions.name", { revision: number })}</h3>
        <Where environment={environment} revision={revision} taken={taken} />
        <Tags name={environment.name} revision={revision} />
        <span className="quiet">
          <Moment at={revision.created_at} />
          {author && ` · ${author}`}
        </span>
      </Flex>
      {message && <p className="description">{message}</p>}
      <Changed revision={revision} before={before} />
      <Flex gap="8px 16px" align="baseline" wrap className="revision-foot">
        <Link to={{ search: tabSearch("packages", { revision: String(number) }) }}>
          {t("console.detail.revisions.packages", { count })}
        </Link>
        <span className="quiet">Python {pythonShown(revision.python)}</span>
        <span className="quiet" title={digest}>
          {t("console.detail.revisions.lock")} <code>{digest.slice(0, DIGEST)}</code>
        </span>
        {against !== null && (
          <Link
            to={{
              search: tabSearch("revisions", {
                a: `${environment.name}@${String(against)}`,
                b: `${environment.name}@${String(number)}`,
              }),
            }}
          >
            {t("console.compare.with", { revision: against })}
          </Link>
        )}
        <ExportButton name={environment.name} revision={number} small />
        <TagButton name={environment.name} revision={revision} />
        {may && <PromoteButton name={environment.name} revision={number} />}
        {may && number !== environment.revision && (
          <RollbackButton environment={environment} to={number} />
        )}
      </Flex>
    </li>
  );
}

interface LastProps extends Omit<Props, "before"> {
  /** Whether the page after this one has the revision before. */
  more: boolean;
}

/** The last of a page: the one before it is on the next page, and asked for alone. */
function Last({ more, ...props }: LastProps) {
  const { data } = useRevision(props.environment, more ? props.revision.number - 1 : null);
  return <Entry {...props} before={more ? data : null} />;
}

/** The list; or two sides beside each other, where the address names both. */
export function Revisions({ environment, ...wish }: { environment: Environment } & Wish) {
  const a = wish.params.get("a");
  const b = wish.params.get("b");
  if (a && b) return <Compare a={a} b={b} {...wish} />;
  return <All environment={environment} {...wish} />;
}

function All({ environment, params, change }: { environment: Environment } & Wish) {
  const { t } = useTranslation();
  const cursor = params.get("cursor");
  const question = useRevisions(environment.name, cursor);
  const rollouts = useRollouts(environment.name, null);
  const taken = takenBack(rollouts.data?.items ?? []);
  return (
    <Loaded of={question}>
      {({ items, next }) => (
        <>
          {items.length === 0 && <Empty text={t("console.detail.revisions.none")} />}
          <ol className="revisions" reversed>
            {items.map((revision, index) => {
              const before = items[index + 1];
              const props = { environment, revision, taken: taken.has(revision.number) };
              return before ? (
                <Entry key={revision.number} {...props} before={before} />
              ) : (
                <Last key={revision.number} {...props} more={Boolean(next)} />
              );
            })}
          </ol>
          <Pager
            cursor={cursor}
            next={next ?? null}
            onTurn={(to) => {
              change({ cursor: to });
            }}
          />
        </>
      )}
    </Loaded>
  );
}
