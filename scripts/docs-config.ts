// Writes docs/generated/CONFIG.md from the table of keys (src/config/schema.ts). `renderConfigPage` is also called by
// a golden test, so that the page cannot fall behind the table.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EntryTable, type KeySpec, SCHEMA } from '../src/config/schema.ts';

/** Of the page, from the root. */
export const path = 'docs/generated/CONFIG.md';
export const CONFIG_PAGE = join(import.meta.dirname, '..', path);

const INTRODUCTION = `<!-- Made by scripts/docs-config.ts from src/config/schema.ts. Do not edit. -->

# The configuration file: all keys

\`services.conf\` has the grammar of cyrus.conf: the sections below in braces, the \`{\` on the line of the name; one entry
per line, \`name key=value key="a value with blanks"\`. Names and keys are letters and digits. A \`#\` begins a comment
anywhere, even inside quotes; there are no escapes. Sections with other names are skipped, as Cyrus skips \`MASTER\`.
\`preforkd check FILE\` says what is wrong, or what would run; \`preforkd check --print FILE\` prints the file as it was
understood: without comments, and without what has no effect (what is unknown, or given twice).

**A file with a section \`MASTER\`** is held to account: unknown keys, duplicates and contradictions are errors. **A plain
cyrus.conf** runs as under Cyrus: the same are warnings, and programs are looked up in the directories of Cyrus before
PATH. \`MASTER { }\` alone makes the difference.

Values:

- *duration*: a number and a unit, \`250ms\`, \`30s\`, \`5m\`, \`1h\`, \`1d\`. A number without a unit is an error (\`0\` needs none).
- *size*: a number and a unit, \`512K\`, \`64M\`, \`2G\`; powers of 1,024.
- *count*: a whole number. *octal*: an octal number, such as \`0660\`.
- *integer* and *switch* are Cyrus's; a switch begins with \`1\`, \`y\`, \`on\`, \`t\` or \`0\`, \`n\`, \`of\`, \`f\`. What is neither falls
  back to the default with a warning in a plain cyrus.conf, and is an error beside MASTER.
- *path*: an absolute path, or one that begins at the working directory of the master.
- Where \`off\` is a default, \`off\` can be written.

Keys marked *ours* are not known to Cyrus, which ignores them.
`;

export { renderConfigPage as generate };

export function renderConfigPage(): string {
  const sections = [...new Set(SCHEMA.map((table) => table.section))];
  const parts = sections.map((section) => {
    const tables = SCHEMA.filter((table) => table.section === section);
    return `## ${section}\n\n${tables.map(renderTable).join('\n')}`;
  });
  return `${INTRODUCTION}\n${parts.join('\n')}`;
}

function renderTable(table: EntryTable): string {
  const title = table.entry === undefined ? '' : `### \`${table.entry}\`\n\n`;
  const rows = table.keys.map((key) => `${renderRow(key)}\n`).join('');
  return `${title}${table.doc}\n\n| key | type | default | | meaning |\n| --- | --- | --- | --- | --- |\n${rows}`;
}

function renderRow(row: KeySpec): string {
  const origin = row.origin === 'cyrus' ? 'Cyrus' : 'ours';
  const cells = [`\`${row.key}\``, typeText(row), defaultText(row), origin, row.doc];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function typeText({ type, choices, unit, minimum, maximum }: KeySpec): string {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  const range = type === 'count' ? ` ${minimum ?? 0}..${maximum ?? ''}` : '';
  return `${type}${range}${unit === undefined ? '' : `, in ${unit}`}`;
}

function defaultText(row: KeySpec): string {
  if (row.required === true) return '**required**';
  const written = row.default === undefined ? undefined : `\`${row.default}\``;
  if (row.defaultNote === undefined) return written ?? '';
  return written === undefined ? row.defaultNote : `${written} (${row.defaultNote})`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(dirname(CONFIG_PAGE), { recursive: true });
  await writeFile(CONFIG_PAGE, renderConfigPage());
}
