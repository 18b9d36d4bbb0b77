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
  title?: string;
  region?: string;
  labels?: Record<string, string>;
  /** Seconds by which its clock is ahead. */
  skew?: number;
  /** Milliseconds since it joined. */
  age?: number;
  /** The name of a machine that was made from its image, and is turned away. */
  copy?: string;
}

const MACHINES: Machine[] = [
  {
    name: "local",
    pythons: ["3.11.13", "3.12.11", "3.13.7"],
    cpus: 8,
    memory: 32,
    disk: [412, 960],
    title: "主控节点本机",
    labels: { tier: "prod" },
  },
  {
    name: "crawler-sh-01",
    disk: [88, 200],
    region: "shanghai",
    labels: { role: "crawler", tier: "prod" },
  },
  {
    name: "crawler-sh-02",
    disk: [91, 200],
    region: "shanghai",
    labels: { role: "crawler", tier: "prod" },
  },
  {
    name: "crawler-sh-03",
    disk: [64, 200],
    region: "shanghai",
    labels: { role: "crawler", tier: "prod" },
  },
  {
    name: "crawler-sh-04",
    disk: [12, 200],
    region: "shanghai",
    labels: { role: "crawler", tier: "prod" },
  },
  {
    name: "etl-hz-01",
    cpus: 32,
    memory: 128,
    disk: [1_210, 3_840],
    region: "hangzhou",
    labels: { role: "etl", tier: "prod", rack: "7" },
    title: "数据清洗主机",
  },
  {
    name: "etl-hz-02",
    cpus: 32,
    memory: 128,
    disk: [1, 40],
    region: "hangzhou",
    labels: { role: "etl", tier: "test" },
    copy: "etl-hz-02-restored",
  },
  {
    name: "gpu-bj-01",
    cpus: 64,
    memory: 512,
    disk: [2_950, 7_680],
    pythons: ["3.10.18", "3.12.11"],
    region: "beijing",
    labels: { role: "training", gpu: "yes", tier: "prod" },
    title: "训练服务器",
    age: 3 * DAY,
  },
  {
    name: "edge-gz-01",
    platform: "linux-aarch64",
    cpus: 4,
    memory: 8,
    disk: [21, 64],
    state: "offline",
    silent: 3 * DAY,
    region: "guangzhou",
    labels: { role: "edge", line: "1" },
  },
  {
    name: "edge-gz-02",
    platform: "linux-aarch64",
    cpus: 4,
    memory: 8,
    disk: [24, 64],
    state: "cordoned",
    region: "guangzhou",
    labels: { role: "edge", line: "2" },
    skew: -74.2,
  },
  {
    name: "win-office-01",
    platform: "windows-x86_64",
    cpus: 8,
    memory: 16,
    disk: [141, 476],
    region: "shanghai",
    labels: { role: "office", os: "windows" },
    title: "财务部台式机",
  },
  {
    name: "win-office-02",
    platform: "windows-x86_64",
    cpus: 8,
    memory: 16,
    disk: [203, 476],
    state: "offline",
    silent: 5 * HOUR,
    region: "shanghai",
    labels: { role: "office", os: "windows" },
  },
];

function interpreter(version: string, platform: Platform): Schemas["InterpreterFact"] {
  const [major = "3", minor = "13"] = version.split(".");
  const path = platform.startsWith("windows")
    ? `C:\\Program Files\\Python${major}${minor}\\python.exe`
    : `/usr/bin/python${major}.${minor}`;
  return { v: 1, version, implementation: "cpython", path, source: "system", free_threaded: false, environments: [] };
}

/** The file system of the data first, then what else there is. */
function disksOf(platform: Platform, free: number, total: number): Schemas["DiskFact"][] {
  const windows = platform.startsWith("windows");
  const [data, system] = windows ? ["C:\\", "D:\\"] : ["/var/lib/venvoy", "/"];
  return [
    { v: 1, path: data, free_bytes: free, total_bytes: total, data: true },
    { v: 1, path: system, free_bytes: 31 * GIB, total_bytes: 64 * GIB, data: false },
  ];
}

function node(machine: Machine, clock: Clock, ids: Ids): Node {
  const { name, platform = "linux-x86_64", state = "online", cpus = 16, memory = 64 } = machine;
  const { disk = [100, 200], pythons = ["3.12.11", "3.13.7"], silent = 4 * SECOND } = machine;
  const { title = "", region = "", labels = {}, skew = 0.02, age = 90 * DAY } = machine;
  const [free, total] = [disk[0] * GIB, disk[1] * GIB];
  return {
    ...{ id: ids.next(), name, title, state, region, labels, version: "1", replicas: {} },
    cordoned: state === "cordoned",
    clock_skew_seconds: skew,
    created_at: clock.at(age),
    disks: disksOf(platform, free, total),
    platform,
    libc: platform.startsWith("linux") ? "glibc 2.36" : null,
    hostname: `${name}.internal`,
    agent_version: "0.1.0",
    uv_version: "0.13.9",
    cpus,
    memory_bytes: memory * GIB,
    disk_free_bytes: free,
    disk_total_bytes: total,
    interpreters: pythons.map((version) => interpreter(version, platform)),
    last_seen_at: clock.at(silent),
    clone: machine.copy ? cloneOf(machine.copy, name, clock) : null,
  };
}

function cloneOf(hostname: string, holder: string, clock: Clock): Schemas["NodeClone"] {
  return {
    hostname,
    address: "10.20.0.87",
    holder_hostname: `${holder}.internal`,
    holder_address: "10.20.0.12",
    since: clock.at(2 * HOUR),
    last_seen_at: clock.at(20 * SECOND),
  };
}

const SITES = ["shanghai", "hangzhou", "beijing", "guangzhou"];
const ROLES = ["crawler", "etl", "edge", "office"];

/** One of very many: a crawler in one of four cities; some are away, few are cordoned. */
function another(place: number): Machine {
  const site = SITES[place % SITES.length] ?? "";
  const role = ROLES[Math.floor(place / SITES.length) % ROLES.length] ?? "";
  const name = `${role}-${site.slice(0, 2)}-${String(place).padStart(4, "0")}`;
  const away = place % 37 === 0;
  return {
    name,
    region: site,
    labels: { role, tier: "prod" },
    platform: role === "office" ? "windows-x86_64" : "linux-x86_64",
    state: away ? "offline" : place % 53 === 0 ? "cordoned" : "online",
    silent: away ? (1 + (place % 90)) * HOUR : 4 * SECOND,
    disk: [20 + ((place * 37) % 160), 200],
  };
}

/** So many further machines, each of another name. */
export function moreNodes(clock: Clock, ids: Ids, count: number): Node[] {
  return Array.from({ length: count }, (_, place) => node(another(place + 1), clock, ids));
}

/** A machine that has just joined. */
export function joinedNode(clock: Clock, ids: Ids, name: string): Node {
  return node({ name, silent: 0, age: 0 }, clock, ids);
}

/** Every node, or those named. */
export function nodes(clock: Clock, ids: Ids, names?: readonly string[]): Node[] {
  const wanted = MACHINES.filter(({ name }) => !names || names.includes(name));
  return wanted.map((machine) => node(machine, clock, ids));
}
