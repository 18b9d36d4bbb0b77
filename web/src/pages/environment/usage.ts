/**
 * How an environment is used on one of its nodes: commands that can be copied as they are.
 *
 * What lasts goes through `venvoy run`, which keeps the revision that it started with; a
 * process started from the stable path would import from a new one after a switch. Where
 * `venvoy` itself is, only the node knows: the commands that make a unit, a crontab's line
 * or a task look it up while they run there.
 */
import {
  crontabInside,
  posixInside,
  posixWord,
  powershellWord,
  systemdWord,
} from "./quoting";

export const WAYS = ["run", "shell", "interpreter", "service", "schedule"] as const;
/** What one may want; its texts are `console.detail.use.<way>`. */
export type Way = (typeof WAYS)[number];

export interface Usage {
  way: Way;
  /** Tells apart what systems call differently: `schedule` is cron or the task scheduler. */
  system: "posix" | "windows";
  command: string;
}

export interface Installed {
  name: string;
  /** The stable path on the node, absolute. */
  path: string;
}

const STABLE = /[\\/]virtual_environments[\\/][^\\/]+$/;
/** The directories that are taken by default, for whom no variable is needed. */
const USUAL = /([\\/]\.local[\\/]share|[\\/]AppData[\\/]Local)[\\/]venvoy$/;

/** Whether a path is one of Windows: with a drive or a server. */
export function isWindowsPath(path: string): boolean {
  return /^([A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** The node's data directory, which `venvoy run` must know; null for a path that has none. */
export function dataOf(path: string): string | null {
  return STABLE.test(path) ? path.replace(STABLE, "") : null;
}

function unusual(path: string): string | null {
  const data = dataOf(path);
  return data !== null && USUAL.test(data) ? null : data;
}

function unitOf({ name, path }: Installed): string {
  const data = dataOf(path);
  const lines = [
    "[Unit]",
    `Description=${name}, run by Venvoy`,
    "After=network-online.target",
    "Wants=network-online.target",
    "",
    "[Service]",
    "User=$(id -un)",
    ...(data ? [`Environment=${posixInside(systemdWord(`VENVOY_DATA=${data}`))}`] : []),
    `ExecStart="$(command -v venvoy)" run ${name} -- python /path/to/service.py`,
    "Restart=on-failure",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ];
  return [
    `sudo tee /etc/systemd/system/${name}.service >/dev/null <<UNIT`,
    ...lines,
    "UNIT",
    `sudo systemctl daemon-reload && sudo systemctl enable --now ${name}.service`,
  ].join("\n");
}

function cronOf({ name, path }: Installed): string {
  const data = dataOf(path);
  const variable = data ? `VENVOY_DATA=${posixWord(data)} ` : "";
  const inside = posixInside(crontabInside(variable)).replaceAll('"', '\\"');
  const job = `${inside}$(command -v venvoy) run ${name} -- python /path/to/job.py`;
  return `(crontab -l 2>/dev/null; printf '%s\\n' "0 3 * * * ${job}") | crontab -`;
}

function posix(installed: Installed): Usage[] {
  const { name, path } = installed;
  const data = unusual(path);
  const variable = data ? `VENVOY_DATA=${posixWord(data)} ` : "";
  const commands: Record<Way, string> = {
    run: `${variable}venvoy run ${name} -- python script.py`,
    shell: `source ${posixWord(`${path}/bin/activate`)}`,
    interpreter: `${posixWord(`${path}/bin/python`)} script.py`,
    service: unitOf(installed),
    schedule: cronOf(installed),
  };
  return WAYS.map((way) => ({ way, system: "posix", command: commands[way] }));
}

/** `cmd` takes the outermost quotes of what follows `/c` away, and leaves all others. */
function taskOf({ name, path }: Installed): string {
  const data = dataOf(path);
  const variable = data ? `set "VENVOY_DATA=${data}" && ` : "";
  const before = powershellWord(`/d /c "${variable}"`);
  const after = powershellWord(`" run ${name} -- python C:\\path\\to\\job.py"`);
  return [
    `$run = ${before} + (Get-Command venvoy).Source + ${after}`,
    "$action = New-ScheduledTaskAction -Execute cmd.exe -Argument $run",
    "$daily = New-ScheduledTaskTrigger -Daily -At 03:00",
    `Register-ScheduledTask -TaskName 'Venvoy ${name}' -Action $action -Trigger $daily`,
  ].join("\n");
}

function windows(installed: Installed): Usage[] {
  const { name, path } = installed;
  const data = unusual(path);
  const variable = data ? `$env:VENVOY_DATA = ${powershellWord(data)}; ` : "";
  const commands: Record<Exclude<Way, "service">, string> = {
    run: `${variable}venvoy run ${name} -- python script.py`,
    shell: `& ${powershellWord(`${path}\\Scripts\\Activate.ps1`)}`,
    interpreter: `& ${powershellWord(`${path}\\Scripts\\python.exe`)} script.py`,
    schedule: taskOf(installed),
  };
  return WAYS.filter((way) => way !== "service").map((way) => ({
    way,
    system: "windows",
    command: commands[way],
  }));
}

/** Returns every way to use an environment where it is installed. */
export function usagesOf(installed: Installed): Usage[] {
  return isWindowsPath(installed.path) ? windows(installed) : posix(installed);
}
