/** What the audit knows to be done, and to what; anything else is shown by its code. */

export const SUBJECTS = ["environment", "operation", "user", "token", "node", "node-token", "block", "python-archive"] as const;

export const ACTIONS = [
  "environment-created",
  "environment-edited",
  "environment-upgraded",
  "environment-revised",
  "environment-reverted",
  "environment-abandoned",
  "environment-deleted",
  "environment-placed",
  "environment-rolled-back",
  "environment-rollout-released",
  "environment-rollout-paused",
  "environment-rollout-resumed",
  "environment-rollout-aborted",
  "environment-taken-back",
  "environment-undeleted",
  "environment-heal-asked",
  "environment-verify-asked",
  "environment-tagged",
  "block-added",
  "block-removed",
  "environment-untagged",
  "operation-cancelled",
  "operation-retried",
  "user-created",
  "user-edited",
  "user-deleted",
  "token-created",
  "token-revoked",
  "node-joined",
  "node-cloned",
  "node-edited",
  "node-collected",
  "node-cordoned",
  "node-uncordoned",
  "node-removed",
  "node-left",
  "node-token-created",
  "node-token-revoked",
  "node-python-wanted",
  "node-python-unwanted",
  "python-archive-uploaded",
  "python-archive-removed",
] as const;

/** The kind and the name in `environment:web`. */
export function subjectOf(subject: string): { kind: string; name: string } {
  const at = subject.indexOf(":");
  return { kind: subject.slice(0, Math.max(0, at)), name: subject.slice(at + 1) };
}
