/** Adding machines: a token for so many and so long, the line to run there, and who arrives. */
import "./AddDialog.css";

import { useTranslation } from "react-i18next";

import { useCreateNodeToken } from "../../api/nodeTokens";
import { Dialog } from "../../components/Dialog";
import { AddForm } from "./AddForm";
import { Arrivals } from "./Arrivals";
import { JoinLines } from "./JoinLines";

export function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const creation = useCreateNodeToken();
  const token = creation.data;
  return (
    <Dialog title={t("console.nodes.add.title")} onClose={onClose} wide={token !== undefined}>
      {token ? (
        <div className="add-node">
          <JoinLines token={token} />
          <Arrivals token={token} onClose={onClose} />
        </div>
      ) : (
        <AddForm creation={creation} onClose={onClose} />
      )}
    </Dialog>
  );
}
