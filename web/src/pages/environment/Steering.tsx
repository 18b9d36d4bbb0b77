/** What can be done to the rollout that is open; calling it off is asked about first. */
import { Button, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Environment } from "../../api/environment";
import { type RolloutBrief, type Steering as Action, useSteering } from "../../api/rollouts";
import { steeringOf } from "../../app/rollout";
import { useMay } from "../../app/who";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";

interface Props {
  name: string;
  rollout: RolloutBrief;
}

function CallOff({ name, rollout, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  // As it was when somebody decided: a newer revision may have taken its place meanwhile.
  const [{ revision, back }] = useState(rollout);
  const { mutate, isPending, isError, error } = useSteering(name);
  const gone = rollout.revision !== revision;
  return (
    <Dialog title={t("console.rollout.off.title", { name, revision })} onClose={onClose}>
      <Flex vertical gap={16}>
        <ul className="consequences">
          <li>{t("console.rollout.off.moved", { back })}</li>
          <li>{t("console.rollout.off.wanted", { back })}</li>
          <li>{t("console.rollout.off.running")}</li>
        </ul>
        {gone && <p role="status">{t("console.rollout.off.gone", { revision: rollout.revision })}</p>}
        {isError && <Failure error={error} />}
        <Flex gap={8} justify="end">
          <Button onClick={onClose}>{t("console.rollout.off.stay")}</Button>
          <Button
            danger
            type="primary"
            loading={isPending}
            disabled={gone}
            onClick={() => {
              mutate("abort", { onSuccess: onClose });
            }}
          >
            {t("console.rollout.steer.abort")}
          </Button>
        </Flex>
      </Flex>
    </Dialog>
  );
}

function Buttons({ name, rollout }: Props) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { mutate, isPending, variables, isError, error } = useSteering(name);
  const can = steeringOf(rollout);
  const close = () => {
    setAsking(false);
  };
  const take = (action: Action) => {
    if (action === "abort") setAsking(true);
    else mutate(action);
  };
  return (
    <>
      {can.length > 0 && (
        <Flex gap={8} wrap className="rollout-steer">
          {can.map((action) => (
            <Button
              key={action}
              size="small"
              loading={isPending && variables === action}
              disabled={isPending}
              onClick={() => {
                take(action);
              }}
            >
              {t(`console.rollout.steer.${action}`)}
            </Button>
          ))}
        </Flex>
      )}
      {isError && <Failure error={error} />}
      {asking && <CallOff name={name} rollout={rollout} onClose={close} />}
    </>
  );
}

export function Steering({ environment: { name, rollout } }: { environment: Environment }) {
  const may = useMay("operator");
  if (!rollout || !may) return null;
  return <Buttons name={name} rollout={rollout} />;
}
