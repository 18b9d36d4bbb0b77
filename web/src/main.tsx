import "./app/base.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app/App";
import { firstLanguage } from "./app/preferences";
import { speak } from "./i18n";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");

// Not awaited at the top: a language's file imports from this one, which would never end.
void speak(firstLanguage()).then((spoken) => {
  createRoot(root).render(
    <StrictMode>
      <App spoken={spoken} />
    </StrictMode>,
  );
});
