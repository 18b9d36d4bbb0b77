/** Operations: what is under way first, then what has ended. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";

import {
  AT_ONCE,
  ENDED,
  OPEN,
  type Operation,
  useAskOperation,
  useOperations,
} from "../../api/operations";
import type { Change } from "../../app/address";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Loaded } from "../../components/Loaded";
import { Pager } from "../../components/Pager";
import { newestOf } from "./newest";
import { OperationFilters } from "./OperationFilters";
import { OperationTable } from "./OperationTable";
import { operationsOf, statesAmong } from "./wish";

interface Props {
  params: URLSearchParams;
  change: Change;
}

type Question = ReturnType<typeof useOperations>;

interface PartProps {
  of: Question;
  title: string;
  nothing: string;
  newest: ReadonlySet<string>;
  ask: ReturnType<typeof useAskOperation>;
}

function Part({ of, title, nothing, newest, ask }: PartProps) {
  return (
    <section className="activity-part" aria-label={title}>
      <h2>{title}</h2>
      <Loaded of={of}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty text={nothing} />
          ) : (
            <OperationTable
              label={title}
              rows={items}
              newest={newest}
              ask={ask}
              busy={of.isPlaceholderData}
            />
          )
        }
      </Loaded>
    </section>
  );
}

function rowsOf({ data }: Question): Operation[] {
  return data?.items ?? [];
}

export function Operations({ params, change }: Props) {
  const { t } = useTranslation();
  const wish = operationsOf(params);
  const [openStates, endedStates] = [statesAmong(wish, OPEN), statesAmong(wish, ENDED)];
  const both = openStates.length > 0 && endedStates.length > 0;
  const first = { ...wish, states: openStates, cursor: both ? null : wish.cursor };
  const open = useOperations(first, AT_ONCE);
  const ended = useOperations({ ...wish, states: endedStates });
  const ask = useAskOperation();
  const newest = newestOf([...rowsOf(open), ...rowsOf(ended)]);
  const turned = endedStates.length > 0 ? ended : open;
  const parts = { newest, ask };
  return (
    <>
      <OperationFilters wish={wish} change={change} />
      {ask.isError && <Failure error={ask.error} />}
      {openStates.length > 0 && (
        <Part
          {...parts}
          of={open}
          title={t("console.activity.open")}
          nothing={t("console.activity.no-open")}
        />
      )}
      {both && open.data?.next && (
        <Button
          onClick={() => {
            change({ state: OPEN, cursor: null });
          }}
        >
          {t("console.activity.all-open")}
        </Button>
      )}
      {endedStates.length > 0 && (
        <Part
          {...parts}
          of={ended}
          title={t("console.activity.ended")}
          nothing={t("console.activity.no-ended")}
        />
      )}
      <Pager
        cursor={wish.cursor}
        next={turned.data?.next ?? null}
        onTurn={(cursor) => {
          change({ cursor });
        }}
      />
    </>
  );
}
