/** Causes as nodes and controller report them, with the lines that prove them. */
import type { CauseRow } from "../schema";
import { digits } from "../world/random";
import type { LockedPackage } from "../world/rows";

const MIRROR = "mirror.example.org";

/** A file that is not the locked one. */
export function damagedFile({ name, version }: Pick<LockedPackage, "name" | "version">): CauseRow {
  const file = `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`;
  const [expected, actual] = [digits(`${file} locked`, 64), digits(`${file} sent`, 64)];
  return {
    code: "file-hash-mismatch",
    step: "fetch",
    hop: "mirror",
    params: { name: file, host: MIRROR, actual, expected },
    evidence: [
      `error: Failed to download \`${name}==${version}\``,
      `  cause: Hash mismatch for \`${file}\``,
      `  expected sha256:${expected}`,
      `  computed sha256:${actual}`,
    ],
    transient: false,
  };
}

export const DISK_TOO_SMALL: CauseRow = {
  code: "disk-too-small",
  step: "fetch",
  hop: "disk",
  params: { needed_mib: 2_814, free_mib: 1_126, path: "/var/lib/venvoy" },
  evidence: [
    "Filesystem      Size  Used Avail Use% Mounted on",
    "/dev/vda1        40G   39G  1.1G  98% /",
  ],
  transient: true,
};

export const MIRROR_STALLED: CauseRow = {
  code: "mirror-stalled",
  step: "fetch",
  hop: "mirror",
  params: { host: MIRROR, name: "torch-2.7.1-cp312-cp312-manylinux_2_28_x86_64.whl" },
  evidence: [
    "Downloading torch (821.0MiB)",
    "gateway: 312.4 MiB of 821.0 MiB, then nothing for 30 s (attempt 3 of 3)",
  ],
  transient: true,
};

export const PROXY_REFUSED: CauseRow = {
  code: "proxy-unauthorized",
  step: "fetch",
  hop: "proxy",
  params: { host: MIRROR },
  evidence: [
    "CONNECT mirror.example.org:443 HTTP/1.1",
    "HTTP/1.1 407 Proxy Authentication Required",
  ],
  transient: false,
};

export const PYTHON_NOT_FOUND: CauseRow = {
  code: "python-not-found",
  step: "interpreter",
  hop: "node",
  params: { wanted: "==3.13.*", found: ["3.9.21", "3.11.13"] },
  evidence: [],
  transient: false,
};

export const PACKAGES_CONFLICT: CauseRow = {
  code: "packages-conflict",
  step: "check",
  hop: "requirements",
  params: {},
  evidence: [
    "Found 1 incompatibility",
    "The package `apache-airflow-client` requires `urllib3<2`, but `2.5.0` is installed",
  ],
  transient: false,
};

/** Why work ended that somebody cancelled. */
export function cancelledBy(username: string, step = "resolve"): CauseRow {
  const where = { hop: "controller", evidence: [], transient: false };
  return { ...where, step, code: "cancelled-by-user", params: { username } };
}
