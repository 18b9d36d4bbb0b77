/** A word on what was just done, on the page that it led to and until one goes on from there. */
import { CheckCircleFilled } from "@ant-design/icons";
import { createContext, type ReactNode, use, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";

interface Told {
  /** In the catalogue. */
  text: string;
  params: Record<string, string>;
  path: string;
  /** Of the visit that it is shown in, null before. */
  visit: string | null;
}

type Leave = (path: string, text: string, params: Told["params"]) => void;

const Context = createContext<Leave>(() => undefined);

/** Returns what goes to another page and says there why. */
export function useLeave(): Leave {
  return use(Context);
}

export function Words({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { pathname, key } = useLocation();
  const navigate = useNavigate();
  const [told, setTold] = useState<Told | null>(null);
  const leave = useCallback<Leave>(
    (path, text, params) => {
      setTold({ text, params, path, visit: null });
      void navigate(path);
    },
    [navigate],
  );
  if (told && told.visit === null && told.path === pathname) setTold({ ...told, visit: key });
  const shown = told?.visit === key ? t(told.text, told.params) : null;
  return (
    <Context value={leave}>
      <p role="status" className="shell-word">
        {shown && (
          <>
            <CheckCircleFilled aria-hidden /> {shown}
          </>
        )}
      </p>
      {children}
    </Context>
  );
}
