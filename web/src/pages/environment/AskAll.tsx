/** Trying again what failed and stopping what is under way, wherever that is. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";

import type { Environment } from "../../api/environment";
import { type Asked, useAskEach, useOperation } from "../../api/operations";
import { Failure } from "../../components/Failure";
import { failedIn, openIn } from "./open";

export function AskAll({ environment }: { environment: Environment }) {
  const { t } = useTranslation();
  const resolution = useOperation(environment.operation).data;
  const { mutate, isPending, variables, error } = useAskEach(environment.name);
  const wanted: Record<Asked, string[]> = {
    retry: failedIn(environment),
    cancel: openIn(environment, resolution),
  };
  return (
    <>
      {error && (
        <div className="whole-line">
          <Failure error={error} />
        </div>
      )}
      {(["retry", "cancel"] as const)
        .filter((asked) => wanted[asked].length > 0)
        .map((asked) => (
          <Button
            key={asked}
            loading={isPending && variables.asked === asked}
            disabled={isPending}
            onClick={() => {
              mutate({ operations: wanted[asked], asked });
            }}
          >
            {t(`console.operation.${asked}`)}
          </Button>
        ))}
    </>
  );
}
