import "./app/base.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { askAhead } from "./app/ahead";
import { App } from "./app/App";
import { firstLanguage } from "./app/preferences";
import { createQueries } from "./app/queries";
import { speak } from "./i18n";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");

const queries = createQueries();

// Not awaited at the top: a language's file imports from this one, which would never end.
void Promise.all([speak(firstLanguage()), askAhead(queries)]).then(([spoken]) => {
  createRoot(root).render(
    <StrictMode>
      <App queries={queries} spoken={spoken} />
    </StrictMode>,
  );
});
