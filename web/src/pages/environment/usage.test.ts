import { expect, test } from "vitest";

import { type Usage, usagesOf, type Way } from "./usage";

function command(path: string, way: Way): string | undefined {
  return usagesOf({ name: "web", path }).find((usage: Usage) => usage.way === way)?.command;
}

const LINUX = "/srv/venvoy/virtual_environments/web";
const WINDOWS = "C:\\Venvoy\\virtual_environments\\web";

test("on Linux the stable path is activated and called", () => {
  expect(command(LINUX, "shell")).toBe(
    "source /srv/venvoy/virtual_environments/web/bin/activate",
  );
  expect(command(LINUX, "interpreter")).toBe(
    "/srv/venvoy/virtual_environments/web/bin/python script.py",
  );
});

test("a command names the data directory unless it is the usual one", () => {
  expect(command(LINUX, "run")).toBe(
    "VENVOY_DATA=/srv/venvoy venvoy run web -- python script.py",
  );
  expect(command("/home/ann/.local/share/venvoy/virtual_environments/web", "run")).toBe(
    "venvoy run web -- python script.py",
  );
  expect(command("C:\\Users\\Ann\\AppData\\Local\\venvoy\\virtual_environments\\web", "run")).toBe(
    "venvoy run web -- python script.py",
  );
});

test("what runs for long or unattended goes through `venvoy run`, never the stable path", () => {
  for (const path of [LINUX, WINDOWS]) {
    for (const way of ["service", "schedule"] as const) {
      const given = command(path, way);
      if (given === undefined) continue;
      expect(given).toContain("run web -- python");
      expect(given).not.toContain("virtual_environments");
      expect(given).toContain(path === LINUX ? "VENVOY_DATA=/srv/venvoy" : "VENVOY_DATA=C:\\Venvoy");
    }
  }
});

test("a unit restarts what fails and starts after the network", () => {
  expect(command(LINUX, "service")?.split("\n")).toEqual([
    "sudo tee /etc/systemd/system/web.service >/dev/null <<UNIT",
    "[Unit]",
    "Description=web, run by Venvoy",
    "After=network-online.target",
    "Wants=network-online.target",
    "",
    "[Service]",
    "User=$(id -un)",
    'Environment="VENVOY_DATA=/srv/venvoy"',
    'ExecStart="$(command -v venvoy)" run web -- python /path/to/service.py',
    "Restart=on-failure",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "UNIT",
    "sudo systemctl daemon-reload && sudo systemctl enable --now web.service",
  ]);
});

test("on Windows it is PowerShell, and the task scheduler instead of cron", () => {
  expect(command(WINDOWS, "shell")).toBe(
    "& 'C:\\Venvoy\\virtual_environments\\web\\Scripts\\Activate.ps1'",
  );
  expect(command(WINDOWS, "interpreter")).toBe(
    "& 'C:\\Venvoy\\virtual_environments\\web\\Scripts\\python.exe' script.py",
  );
  expect(command(WINDOWS, "run")).toBe(
    "$env:VENVOY_DATA = 'C:\\Venvoy'; venvoy run web -- python script.py",
  );
  expect(command(WINDOWS, "service")).toBeUndefined();
  expect(command(WINDOWS, "schedule")).toContain(
    `'/d /c "set "VENVOY_DATA=C:\\Venvoy" && "' + (Get-Command venvoy).Source +`,
  );
});

test("whatever a path contains stays a path", () => {
  const odd = "/srv/it's $HOME `x` 5%/virtual_environments/web";
  expect(command(odd, "shell")).toBe(
    "source '/srv/it'\\''s $HOME `x` 5%/virtual_environments/web/bin/activate'",
  );
  expect(command(odd, "service")).toContain(
    'Environment="VENVOY_DATA=/srv/it\'s \\$HOME \\`x\\` 5%%"',
  );
  expect(command(odd, "schedule")).toContain(
    "VENVOY_DATA='/srv/it'\\\\''s \\$HOME \\`x\\` 5\\\\%' $(command -v venvoy)",
  );
  expect(command("D:\\it's\\virtual_environments\\web", "shell")).toBe(
    "& 'D:\\it''s\\virtual_environments\\web\\Scripts\\Activate.ps1'",
  );
});
