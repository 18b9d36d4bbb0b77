/**
 * The mock's index: what crawlers, pipelines and services stand on, in a few versions.
 *
 * Sizes and dependencies are near those of the real packages. What no wheel exists for,
 * what only Windows has and what arrives damaged is here too, each under its own name.
 */
import type { Platform } from "../schema";

export type Build = "pure" | "binary" | "source";

export interface Project {
  /** Rising. */
  versions: string[];
  /** Bytes of a wheel. */
  size: number;
  build: Build;
  /** Requirements, with a marker where they are not for everybody. */
  needs: string[];
  /** Platforms that have a wheel of a binary package; all when not given. */
  on?: Platform[];
  /** Minor versions of Python 3 that have a wheel; all when not given. */
  minors?: [oldest: number, newest: number];
  /** No source distribution either: what has no wheel is missing. */
  wheelsOnly?: true;
  /** Arrives with another hash than the locked one. */
  damaged?: true;
}

const MANY: Platform[] = ["linux-x86_64", "linux-aarch64", "windows-x86_64"];

const pure = (versions: string, kilobytes: number, ...needs: string[]): Project => ({
  versions: versions.split(" "),
  size: Math.round(kilobytes * 1024) + 137,
  build: "pure",
  needs,
});
const binary = (versions: string, kilobytes: number, ...needs: string[]): Project => ({
  ...pure(versions, kilobytes, ...needs),
  build: "binary",
});

export const PROJECTS: Readonly<Record<string, Project>> = {
  aiohttp: binary(
    "3.10.11 3.11.18 3.12.15",
    1_700,
    "aiosignal>=1.4",
    "attrs>=17.3",
    "frozenlist>=1.1",
    "multidict>=4.5,<7",
    "yarl>=1.17,<2",
  ),
  aiosignal: pure("1.3.2 1.4.0", 7, "frozenlist>=1.1"),
  akshare: pure(
    "1.16.98 1.17.44",
    1_060,
    "beautifulsoup4>=4.9",
    "lxml>=4.2",
    "pandas>=0.25",
    "requests>=2.22",
    "tqdm>=4.43",
  ),
  anyio: pure("4.9.0 4.10.0", 105, "idna>=2.8", "sniffio>=1.1"),
  "apache-airflow-client": pure("2.10.0 3.0.2", 380, "python-dateutil>=2.8", "urllib3>=1.25"),
  attrs: pure("24.3.0 25.3.0", 62),
  beautifulsoup4: pure("4.12.3 4.13.5", 103, "soupsieve>1.2", "typing-extensions>=4"),
  boto3: pure(
    "1.38.46 1.40.11",
    138,
    "botocore>=1.38,<1.41",
    "jmespath>=0.7.1,<2",
    "s3transfer>=0.11,<0.14",
  ),
  botocore: pure(
    "1.38.46 1.40.11",
    13_400,
    "jmespath>=0.7.1,<2",
    "python-dateutil>=2.1,<3",
    "urllib3>=1.25.4,!=2.2.0,<3",
  ),
  certifi: pure("2025.4.26 2025.8.3", 157),
  cffi: binary("1.17.1", 460, "pycparser"),
  "charset-normalizer": binary("3.4.2 3.4.3", 147),
  clickhouse: pure("0.2.9", 12),
  "clickhouse-driver": binary("0.2.8 0.2.9", 980, "pytz", "tzlocal"),
  cryptography: binary("44.0.3 45.0.6", 4_300, "cffi>=1.14"),
  cssselect: pure("1.2.0 1.3.0", 18),
  "damaged-sdk": { ...pure("1.0", 88, "requests>=2.28"), damaged: true },
  frozenlist: binary("1.6.0 1.7.0", 235),
  fastapi: pure(
    "0.115.14 0.116.1",
    94,
    "pydantic>=1.7.4,<3",
    "starlette>=0.40,<0.48",
    "typing-extensions>=4.8",
  ),
  h11: pure("0.16.0", 37),
  httpcore: pure("1.0.9", 77, "certifi", "h11>=0.16"),
  httpx: pure("0.27.2 0.28.1", 72, "anyio", "certifi", "httpcore==1.*", "idna"),
  hyperlink: pure("21.0.0", 73, "idna>=2.5"),
  idna: pure("3.7 3.10", 69),
  itemadapter: pure("0.11.0 0.12.2", 18),
  itemloaders: pure("1.3.2", 12, "itemadapter>=0.1", "jmespath>=0.9.5", "parsel>=1.5"),
  jieba: { ...pure("0.42.1", 18_770), build: "source" },
  jmespath: pure("1.0.1", 20),
  joblib: pure("1.4.2 1.5.1", 300),
  "kafka-python-ng": pure("2.2.3", 227),
  loguru: pure(
    "0.7.2 0.7.3",
    60,
    "colorama>=0.3.4; sys_platform == 'win32'",
    "win32-setctime>=1; sys_platform == 'win32'",
  ),
  colorama: pure("0.4.6", 25),
  "win32-setctime": pure("1.2.0", 4),
  lxml: binary("5.3.2 5.4.0 6.0.0", 5_000),
  multidict: binary("6.4.4 6.6.4", 246),
  mysqlclient: { ...binary("2.2.6 2.2.7", 202), on: ["windows-x86_64"] },
  networkx: pure("3.4.2 3.5", 1_990),
  numpy: { ...binary("1.26.4 2.2.6 2.3.2", 16_400), minors: [9, 14] },
  "nvidia-cublas-cu12": {
    ...binary("12.6.4.1", 393_000),
    on: ["linux-x86_64", "windows-x86_64"],
    wheelsOnly: true,
  },
  openpyxl: pure("3.1.5", 245, "et-xmlfile"),
  "et-xmlfile": pure("2.0.0", 18),
  "opencv-python-headless": { ...binary("4.11.0.86 4.12.0.88", 50_000, "numpy>=2,<2.3"), on: MANY },
  orjson: binary("3.10.18 3.11.2", 130),
  paddleocr: pure(
    "2.9.1 2.10.0",
    980,
    "numpy<2.3",
    "opencv-python-headless",
    "paddlepaddle>=2.6",
    "pillow",
  ),
  paddlepaddle: {
    ...binary("2.6.2", 125_000, "numpy>=1.13,<2", "pillow", "protobuf>=3.20"),
    on: ["linux-x86_64", "windows-x86_64"],
    minors: [9, 12],
    wheelsOnly: true,
  },
  pandas: binary(
    "2.2.3 2.3.1",
    12_400,
    "numpy>=1.26",
    "python-dateutil>=2.8.2",
    "pytz>=2020.1",
    "tzdata>=2022.7",
  ),
  parsel: pure("1.10.0", 17, "cssselect>=1.2", "jmespath", "lxml", "w3lib>=1.19"),
  pillow: binary("10.4.0 11.3.0", 6_600),
  playwright: {
    ...binary("1.52.0 1.54.0", 45_000, "pyee>=13,<14", "greenlet>=3.1"),
    on: MANY,
    wheelsOnly: true,
  },
  greenlet: binary("3.2.4", 608),
  polars: binary("1.31.0 1.32.3", 38_000),
  propcache: binary("0.3.2", 213),
  protobuf: pure("5.29.5 6.31.1", 321),
  protego: pure("0.5.0", 10),
  psycopg: pure(
    "3.2.9",
    202,
    "psycopg-binary==3.2.9",
    "typing-extensions>=4.6",
    "tzdata; sys_platform == 'win32'",
  ),
  "psycopg-binary": binary("3.2.9", 4_300),
  pyarrow: binary("19.0.1 20.0.0 21.0.0", 42_000),
  pyasn1: pure("0.6.1", 83),
  pycparser: pure("2.22", 117),
  pydantic: pure(
    "2.10.6 2.11.7",
    444,
    "annotated-types>=0.6",
    "pydantic-core>=2.27",
    "typing-extensions>=4.12",
  ),
  "pydantic-core": binary("2.27.2 2.33.2", 2_000),
  "annotated-types": pure("0.7.0", 14),
  pydispatcher: pure("2.0.7", 13),
  pyee: pure("13.0.0", 15, "typing-extensions"),
  pymysql: pure("1.1.1", 45),
  pyopenssl: pure("24.3.0 25.1.0", 57, "cryptography>=41,<46"),
  "python-dateutil": pure("2.9.0.post0", 230, "six>=1.5"),
  pytz: pure("2025.2", 509),
  pywin32: { ...binary("310 311", 9_500), on: ["windows-x86_64"], wheelsOnly: true },
  pyyaml: binary("6.0.2", 767),
  queuelib: pure("1.8.0", 14),
  redis: pure("5.2.1 6.4.0", 280),
  requests: pure(
    "2.31.0 2.32.4 2.32.5",
    65,
    "certifi>=2017.4.17",
    "charset-normalizer>=2,<4",
    "idna>=2.5,<4",
    "urllib3>=1.21.1,<3",
  ),
  s3transfer: pure("0.11.5 0.13.1", 85, "botocore>=1.37,<2"),
  "scikit-learn": binary(
    "1.6.1 1.7.1",
    9_600,
    "joblib>=1.2",
    "numpy>=1.22",
    "scipy>=1.8",
    "threadpoolctl>=3.1",
  ),
  scipy: binary("1.15.3 1.16.1", 35_000, "numpy>=1.25,<2.6"),
  scrapy: pure(
    "2.11.2 2.12.0 2.13.3",
    321,
    "cryptography>=37",
    "cssselect>=0.9.1",
    "itemadapter>=0.1",
    "itemloaders>=1",
    "lxml>=4.6",
    "parsel>=1.5",
    "protego>=0.1.15",
    "pydispatcher>=2",
    "pyopenssl>=22",
    "queuelib>=1.4.2",
    "service-identity>=18.1",
    "tldextract",
    "twisted>=21.7",
    "w3lib>=1.17",
    "zope-interface>=5.1",
  ),
  "scrapy-redis": pure("0.9.1", 20, "redis>=4", "scrapy>=2.6.2", "six>=1.15"),
  "service-identity": pure("24.2.0", 11, "attrs>=19.1", "cryptography", "pyasn1"),
  six: pure("1.17.0", 11),
  sniffio: pure("1.3.1", 10),
  soupsieve: pure("2.6 2.7", 36),
  sqlalchemy: binary(
    "2.0.41 2.0.43",
    3_200,
    "greenlet>=1; sys_platform != 'win32'",
    "typing-extensions>=4.6",
  ),
  starlette: pure("0.46.2 0.47.2", 73, "anyio>=3.6.2,<5"),
  sympy: pure("1.13.3 1.14.0", 6_200),
  threadpoolctl: pure("3.6.0", 19),
  tldextract: pure("5.3.0", 107, "idna", "requests>=2.1"),
  torch: {
    ...binary(
      "2.5.1 2.6.0 2.7.1",
      821_000,
      "networkx",
      "nvidia-cublas-cu12; sys_platform == 'linux'",
      "sympy>=1.13",
      "typing-extensions>=4.10",
    ),
    on: ["linux-x86_64", "windows-x86_64"],
    wheelsOnly: true,
  },
  tqdm: pure("4.66.6 4.67.1", 78, "colorama; sys_platform == 'win32'"),
  twisted: pure(
    "24.11.0 25.5.0",
    3_200,
    "attrs>=22.2",
    "hyperlink>=17.1.1",
    "typing-extensions>=4.2",
    "zope-interface>=5",
  ),
  "typing-extensions": pure("4.13.2 4.14.1", 43),
  tzdata: pure("2025.2", 348),
  tzlocal: pure("5.3.1", 18, "tzdata; sys_platform == 'win32'"),
  urllib3: pure("1.26.20 2.4.0 2.5.0", 130),
  uvicorn: pure("0.34.3 0.35.0", 66, "click>=7", "h11>=0.8"),
  click: pure("8.1.8 8.2.1", 102),
  uwsgi: { ...pure("2.0.30 2.0.31", 822), build: "source" },
  w3lib: pure("2.3.1", 22),
  xgboost: { ...binary("2.1.4 3.0.4", 95_000, "numpy", "scipy"), on: MANY, wheelsOnly: true },
  yarl: binary("1.20.1", 349, "idna>=2", "multidict>=4", "propcache>=0.2.1"),
  "zope-interface": binary("7.2", 263),
};
