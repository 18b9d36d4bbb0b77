/** What a row is called: its name, which leads to its page, and beside it its title. */
import "./RowName.css";

import { Link } from "react-router";

export function RowName({ to, name, title }: { to: string; name: string; title: string }) {
  return (
    <div className="row-head">
      <Link to={to} className="row-name">
        <strong>{name}</strong>
      </Link>
      {title && (
        <div className="quiet cut" title={title}>
          {title}
        </div>
      )}
    </div>
  );
}
