/**
 * The environments of the usual scenario: each state that an environment and a replica can
 * be in, with the reasons that there are for it.
 */
import type { CauseRow, Platform, Schemas } from "../schema";
import { DAY, HOUR, MINUTE } from "../world/clock";
import {
  damagedFile,
  DISK_TOO_SMALL,
  MIRROR_STALLED,
  PACKAGES_CONFLICT,
  PROXY_REFUSED,
  PYTHON_NOT_FOUND,
} from "./causes";
import type { Standing } from "./rollouts";

type State = Schemas["Replica"]["state"];

export interface On {
  node: string;
  state?: State;
  /** How far it is, from 0 to 1. */
  done?: number;
  cause?: CauseRow;
  attempt?: number;
  /** Revisions behind the newest that is still live; all of them for none. */
  behind?: number;
}

export interface Planned {
  name: string;
  title?: string;
  description?: string;
  labels?: Record<string, string>;
  owner?: string;
  /** Requirements of each revision, in the order in which they came. */
  revisions: string[][];
  messages?: string[];
  /** Of each revision. */
  tags?: string[][];
  python?: string;
  platforms?: Platform[];
  on: On[];
  /** Labels that its nodes have; each of them is named when not given. */
  select?: Record<string, string>;
  /** How the rollout of its newest revision stands. */
  rollout?: Standing;
  /** What is being resolved. */
  pending?: string[];
  /** Milliseconds since it was made and since it was changed. */
  age?: [created: number, updated: number];
}

const on = (...nodes: string[]): On[] => nodes.map((node) => ({ node }));
const CRAWLERS = on("crawler-sh-01", "crawler-sh-02", "crawler-sh-03", "crawler-sh-04");

export const ENVIRONMENTS: Planned[] = [
  {
    name: "price-crawl-daily",
    title: "每日价格采集",
    description: "每天 06:00 抓取各平台的商品价格。\n负责人：王芳；异常请先查看采集日志。",
    labels: { team: "采集", tier: "prod" },
    owner: "wang.fang",
    revisions: [
      ["httpx==0.27.2", "lxml>=5", "redis", "scrapy<2.12"],
      ["httpx", "lxml>=5,<6", "redis", "scrapy<2.13"],
      ["httpx", "lxml>=5,<6", "redis", "scrapy>=2.12", "scrapy-redis"],
    ],
    messages: ["", "升级 scrapy", "增加分布式去重"],
    tags: [[], ["stable", "2026-10"], []],
    on: CRAWLERS,
    select: { role: "crawler" },
    age: [64 * DAY, 3 * HOUR],
  },
  {
    name: "news-feed-crawler",
    title: "新闻资讯采集",
    labels: { team: "采集", tier: "prod" },
    owner: "wang.fang",
    revisions: [
      ["beautifulsoup4", "httpx", "jmespath"],
      ["beautifulsoup4", "httpx", "jmespath", "orjson", "pillow", "playwright", "sqlalchemy"],
    ],
    messages: ["", "改用浏览器渲染"],
    on: [
      { node: "crawler-sh-01", state: "building", done: 1, behind: 1 },
      { node: "crawler-sh-02", state: "fetching", done: 0.62, behind: 1 },
      { node: "crawler-sh-03", state: "fetching", done: 0.28, behind: 1 },
      { node: "crawler-sh-04", state: "waiting", behind: 1 },
    ],
    age: [21 * DAY, 2 * MINUTE],
  },
  {
    name: "orders-etl",
    title: "订单数据清洗入库",
    labels: { team: "数据平台", tier: "prod" },
    owner: "zhang.wei",
    revisions: [
      ["clickhouse-driver", "pandas<2.3", "pymysql", "pyyaml"],
      ["clickhouse-driver", "pandas", "pyarrow", "pymysql", "pyyaml"],
    ],
    on: on("etl-hz-01", "local"),
    age: [120 * DAY, 2 * DAY],
  },
  {
    name: "sales-forecast",
    title: "销量预测训练",
    description: "每周一凌晨重训模型。",
    labels: { team: "算法", gpu: "yes" },
    owner: "li.na",
    python: "==3.12.*",
    revisions: [["pandas", "scikit-learn", "torch>=2.6", "xgboost"]],
    on: [
      {
        node: "gpu-bj-01",
        state: "failed",
        cause: MIRROR_STALLED,
        done: 0.38,
        attempt: 3,
        behind: 9,
      },
    ],
    age: [5 * HOUR, 40 * MINUTE],
  },
  {
    name: "weekly-report",
    title: "每周经营报表",
    labels: { team: "数据平台" },
    owner: "zhang.wei",
    revisions: [
      ["openpyxl", "pandas", "requests"],
      ["damaged-sdk", "openpyxl", "pandas", "requests"],
    ],
    on: [
      { node: "local" },
      {
        node: "etl-hz-01",
        state: "failed",
        cause: damagedFile({ name: "damaged-sdk", version: "1.0" }),
        behind: 1,
      },
    ],
    age: [80 * DAY, 20 * MINUTE],
  },
  {
    name: "invoice-ocr",
    title: "发票识别",
    labels: { team: "算法" },
    owner: "li.na",
    python: "==3.12.*",
    revisions: [["fastapi", "pillow<11", "uvicorn"]],
    pending: ["fastapi", "opencv-python-headless", "pillow", "uvicorn"],
    on: on("local"),
    age: [9 * DAY, MINUTE / 2],
  },
  {
    name: "warehouse-loader",
    title: "数仓装载",
    labels: { team: "数据平台", tier: "prod" },
    owner: "zhang.wei",
    revisions: [["boto3", "polars", "pyarrow", "sqlalchemy"]],
    on: [
      { node: "etl-hz-01" },
      { node: "etl-hz-02", state: "failed", cause: DISK_TOO_SMALL, behind: 9 },
    ],
    age: [34 * DAY, 50 * MINUTE],
  },
  {
    name: "partner-sync",
    title: "合作方数据同步",
    labels: { team: "集成" },
    owner: "zhang.wei",
    revisions: [["cryptography", "psycopg", "requests"]],
    on: [{ node: "etl-hz-02", state: "failed", cause: PROXY_REFUSED, behind: 9 }],
    age: [2 * DAY, 6 * HOUR],
  },
  {
    name: "browser-checks",
    title: "Browser checks of the shop",
    labels: { team: "qa" },
    owner: "operator",
    revisions: [["loguru", "playwright", "pyyaml"]],
    on: [{ node: "local" }, { node: "crawler-sh-03", state: "drifted" }],
    age: [55 * DAY, 7 * DAY],
  },
  {
    name: "office-automation",
    title: "办公自动化（Windows）",
    labels: { team: "行政" },
    owner: "operator",
    platforms: ["windows-x86_64"],
    revisions: [["loguru", "openpyxl", 'pywin32; sys_platform == "win32"']],
    on: on("win-office-01", "win-office-02"),
    age: [40 * DAY, 12 * DAY],
  },
  {
    name: "edge-collector",
    title: "Edge collector",
    description: "Reads the meters in the Guangzhou plants.",
    labels: { team: "iot", tier: "prod" },
    owner: "operator",
    revisions: [["aiohttp", "orjson"]],
    on: on("edge-gz-01", "edge-gz-02"),
    age: [150 * DAY, 30 * DAY],
  },
  {
    name: "risk-scoring",
    title: "Risk scoring service",
    labels: { team: "risk", tier: "prod" },
    owner: "li.na",
    python: "==3.12.*",
    revisions: [
      ["fastapi<0.116", "numpy<2.3", "scikit-learn<1.7", "uvicorn"],
      ["fastapi", "numpy<2.3", "scikit-learn", "uvicorn"],
    ],
    messages: ["", "newer FastAPI"],
    on: on("etl-hz-01", "local", "gpu-bj-01"),
    age: [200 * DAY, 26 * HOUR],
  },
  {
    name: "kafka-consumers",
    title: "Kafka consumers",
    labels: { team: "platform", tier: "prod" },
    owner: "operator",
    revisions: [["kafka-python-ng", "orjson", "psycopg", "pydantic"]],
    on: [...CRAWLERS, ...on("etl-hz-01", "local")],
    age: [75 * DAY, 4 * DAY],
  },
  {
    name: "data-quality",
    title: "数据质量巡检",
    labels: { team: "数据平台" },
    owner: "zhang.wei",
    revisions: [
      ["pandas", "pyyaml", "sqlalchemy"],
      ["pandas", "polars", "pyyaml", "sqlalchemy"],
    ],
    on: [
      { node: "local", state: "checking", done: 1, behind: 1 },
      { node: "etl-hz-01", state: "switching", done: 1, behind: 1 },
    ],
    age: [18 * DAY, MINUTE],
  },
  {
    name: "fx-rates",
    title: "汇率同步",
    owner: "wang.fang",
    revisions: [["requests", "tzdata"]],
    on: [{ node: "local", state: "pending", behind: 9 }],
    age: [MINUTE, MINUTE],
  },
  {
    name: "notebooks",
    title: "Notebooks for analysts",
    labels: { team: "bi" },
    owner: "viewer",
    revisions: [
      ["akshare", "pandas"],
      ["akshare", "pandas", "polars"],
    ],
    on: [{ node: "local", state: "cancelled", behind: 1 }],
    age: [90 * DAY, 3 * DAY],
  },
  {
    name: "legacy-import",
    title: "旧系统数据导入",
    description: "旧系统迁移完成前暂停。",
    labels: { team: "集成" },
    owner: "zhang.wei",
    revisions: [["pymysql", "requests<2.32"]],
    on: on("local"),
    rollout: "paused",
    age: [300 * DAY, 45 * DAY],
  },
  {
    name: "spark-migration",
    title: "Spark migration helpers",
    owner: "operator",
    revisions: [["pandas", "pyarrow<21"]],
    on: [{ node: "etl-hz-01", state: "removing" }, { node: "local" }],
    age: [60 * DAY, 4 * MINUTE],
  },
  {
    name: "airflow-dags",
    title: "Airflow DAG runner",
    labels: { team: "platform" },
    owner: "operator",
    revisions: [["apache-airflow-client", "boto3"]],
    on: [{ node: "local", state: "failed", cause: PACKAGES_CONFLICT, behind: 9 }],
    age: [3 * HOUR, 2 * HOUR],
  },
  {
    name: "sentiment",
    title: "舆情分析",
    labels: { team: "算法" },
    owner: "li.na",
    python: "==3.13.*",
    revisions: [["httpx", "pandas"]],
    on: [{ node: "gpu-bj-01", state: "failed", cause: PYTHON_NOT_FOUND, behind: 9 }],
    age: [DAY, 22 * HOUR],
  },
];
