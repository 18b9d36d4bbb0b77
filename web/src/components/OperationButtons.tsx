/** What can be done about an operation: nothing for who may only look. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";

import {
  type Asked,
  isCancellable,
  isRetryable,
  type Operation,
  type useAskOperation,
} from "../api/operations";
import { useMay } from "../app/who";

interface Props {
  operation: Operation;
  /** Whether nothing newer was asked for, without which there is nothing to try again. */
  newest: boolean;
  ask: ReturnType<typeof useAskOperation>;
  small?: boolean;
}

export function OperationButtons({ operation, newest, ask, small = false }: Props) {
  const { t } = useTranslation();
  const may = useMay("operator");
  const { isPending, isSuccess, variables, mutate } = ask;
  const asked: Asked | null = isCancellable(operation)
    ? "cancel"
    : newest && isRetryable(operation)
      ? "retry"
      : null;
  if (!may || !asked) return null;
  const mine = variables?.operation.id === operation.id;
  // A node at work stops in its own time; until then there is nothing more to ask for.
  const stopping = asked === "cancel" && mine && isSuccess;
  return (
    <Button
      size={small ? "small" : "middle"}
      loading={mine && isPending}
      disabled={isPending || stopping}
      onClick={() => {
        mutate({ operation, asked });
      }}
    >
      {t(`console.operation.${stopping ? "stopping" : asked}`)}
    </Button>
  );
}
