/** Putting a path into a command, so that whatever it contains stays a path. */

/** As one word of a POSIX shell (POSIX.1-2024, section 2.2), bare where that is safe. */
export function posixWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** As a PowerShell string that is taken literally. */
export function powershellWord(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Within a POSIX here-document or double quotes, where `$`, backticks and `\` act. */
export function posixInside(text: string): string {
  return text.replace(/[\\$`]/g, "\\$&");
}

/** As a quoted word of a systemd unit, where `%` begins a specifier (systemd.unit(5)). */
export function systemdWord(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%")}"`;
}

/** Within a crontab's line, where `%` ends the command (crontab(5)). */
export function crontabInside(text: string): string {
  return text.replaceAll("%", "\\%");
}
