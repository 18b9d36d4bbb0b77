/** The machines of a company in three cities: crawlers, pipelines, an office, the edge. */
import type { Platform, Schemas } from "../schema";
import { type Clock, DAY, HOUR } from "../world/clock";
import type { Ids } from "../world/ids";

type Node = Schemas["Node"];

const GIB = 1024 ** 3;
const SECOND = 1_000;

interface Machine {
  name: string;
  platform?: Platform;
  state?: Node["state"];
  pythons?: string[];
  cpus?: number;
  memory?: number;
  disk?: [free: number, total: number];
  /** Milliseconds since it was last heard of. */
  silent?: number;
}

const MACHINES: Machine[] = [
  {
    name: "local",
    pythons: ["3.11.13", "3.12.11", "3.13.7"],
    cpus: 8,
    memory: 32,
    disk: [412, 960],
  },
  { name: "crawler-sh-01", disk: [88, 200] },
  { name: "crawler-sh-02", disk: [91, 200] },
  { name: "crawler-sh-03", disk: [64, 200] },
  { name: "crawler-sh-04", disk: [12, 200] },
  { name: "etl-hz-01", cpus: 32, memory: 128, disk: [1_210, 3_840] },
  { name: "etl-hz-02", cpus: 32, memory: 128, disk: [1, 40] },
  {
    name: "gpu-bj-01",
    cpus: 64,
    memory: 512,
    disk: [2_950, 7_680],
    pythons: ["3.10.18", "3.12.11"],
  },
  {
    name: "edge-gz-01",
    platform: "linux-aarch64",
    cpus: 4,
    memory: 8,
    disk: [21, 64],
    state: "offline",
    silent: 3 * DAY,
  },
  {
    name: "edge-gz-02",
    platform: "linux-aarch64",
    cpus: 4,
    memory: 8,
    disk: [24, 64],
    state: "cordoned",
  },
  { name: "win-office-01", platform: "windows-x86_64", cpus: 8, memory: 16, disk: [141, 476] },
  {
    name: "win-office-02",
    platform: "windows-x86_64",
    cpus: 8,
    memory: 16,
    disk: [203, 476],
    state: "offline",
    silent: 5 * HOUR,
  },
];

function interpreter(version: string, platform: Platform): Schemas["InterpreterFact"] {
  const [major = "3", minor = "13"] = version.split(".");
  const path = platform.startsWith("windows")
    ? `C:\\Program Files\\Python${major}${minor}\\python.exe`
    : `/usr/bin/python${major}.${minor}`;
  return { v: 1, version, implementation: "cpython", path, source: "system", free_threaded: false };
}

function node(machine: Machine, clock: Clock, ids: Ids): Node {
  const { name, platform = "linux-x86_64", state = "online", cpus = 16, memory = 64 } = machine;
  const { disk = [100, 200], pythons = ["3.12.11", "3.13.7"], silent = 4 * SECOND } = machine;
  return {
    id: ids.next(),
    name,
    title: "",
    state,
    cordoned: state === "cordoned",
    labels: {},
    region: "",
    version: "1",
    replicas: {},
    disks: [],
    platform,
    libc: platform.startsWith("linux") ? "glibc 2.36" : null,
    hostname: `${name}.internal`,
    agent_version: "0.1.0",
    uv_version: "0.13.9",
    cpus,
    memory_bytes: memory * GIB,
    disk_free_bytes: disk[0] * GIB,
    disk_total_bytes: disk[1] * GIB,
    interpreters: pythons.map((version) => interpreter(version, platform)),
    last_seen_at: clock.at(silent),
  };
}

/** Every node, or those named. */
export function nodes(clock: Clock, ids: Ids, names?: readonly string[]): Node[] {
  const wanted = MACHINES.filter(({ name }) => !names || names.includes(name));
  return wanted.map((machine) => node(machine, clock, ids));
}
