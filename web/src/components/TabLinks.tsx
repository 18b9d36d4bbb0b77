/** The parts of a page, each with an address of its own. */
import "./TabLinks.css";

import { useEffect, useRef } from "react";
import { Link } from "react-router";

interface Props<Tab extends string> {
  label: string;
  /** In their order, the first of them being the page's bare address. */
  tabs: readonly { tab: Tab; text: string }[];
  current: Tab;
}

export function TabLinks<Tab extends string>({ label, tabs, current }: Props<Tab>) {
  const shown = useRef<HTMLAnchorElement>(null);
  // On a phone not all of them fit: the one that is shown must be among those in view.
  useEffect(() => {
    shown.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  return (
    <nav className="tab-links" aria-label={label}>
      {tabs.map(({ tab, text }, index) => (
        <Link
          key={tab}
          to={{ search: index === 0 ? "" : `?tab=${tab}` }}
          preventScrollReset
          {...(tab === current ? { "aria-current": "page", ref: shown } : {})}
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}
