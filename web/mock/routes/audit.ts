/** The audit: who changed what (`api/audit.py`). */
import { page, pagingOf } from "../http/paging";
import { first, reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";

type Entry = Schemas["AuditEntry"];

const ORDER = { keys: { at: (row: Entry) => row.at }, own: "-at", idOf: (row: Entry) => row.id };

export const audit: Routes<"/api/v1/audit"> = {
  "/api/v1/audit": {
    get: {
      role: "admin",
      answer: ({ world, all }) => {
        const [kind, subject] = [all("kind"), all("subject")].map(first);
        const [action, username] = [all("action"), all("username")].map(first);
        const wanted = world.audit.filter(
          (row) =>
            (!kind || row.subject.startsWith(`${kind}:`)) &&
            (!subject || row.subject.slice(row.subject.indexOf(":") + 1) === subject) &&
            (!action || row.action === action) &&
            (!username || row.username === username),
        );
        return reply(page(wanted, pagingOf(all), ORDER));
      },
    },
  },
};
