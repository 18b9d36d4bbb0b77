/** The Pythons that the company has uploaded, for the platforms of its machines. */
import type { Platform, Schemas } from "../schema";
import { type Clock, DAY } from "../world/clock";
import type { Ids } from "../world/ids";
import { digits } from "../world/random";

const MIB = 1024 ** 2;

interface Planned {
  version: string;
  platform: Platform;
  triple: string;
  glibc?: string;
  mib: number;
  age: number;
}

const PLANNED: Planned[] = [
  { version: "3.10.18", platform: "linux-x86_64", triple: "x86_64-unknown-linux-gnu", glibc: "2.17", mib: 29, age: 61 },
  { version: "3.12.11", platform: "linux-x86_64", triple: "x86_64-unknown-linux-gnu", glibc: "2.17", mib: 32, age: 60 },
  { version: "3.12.11", platform: "linux-aarch64", triple: "aarch64-unknown-linux-gnu", glibc: "2.17", mib: 26, age: 60 },
  { version: "3.12.11", platform: "windows-x86_64", triple: "x86_64-pc-windows-msvc", mib: 40, age: 60 },
  { version: "3.14.0", platform: "linux-x86_64", triple: "x86_64-unknown-linux-gnu", glibc: "2.17", mib: 34, age: 4 },
];

export function archives(clock: Clock, ids: Ids): Schemas["PythonArchive"][] {
  return PLANNED.map(({ version, platform, triple, glibc, mib, age }) => ({
    id: ids.next(),
    name: `cpython-${version}-${triple}-install_only.tar.gz`,
    sha256: digits(version + triple, 64),
    size: mib * MIB,
    implementation: "cpython",
    version,
    platform,
    glibc: glibc ?? null,
    uploaded_by: "operator",
    created_at: clock.at(age * DAY),
    nodes: [],
  }));
}
