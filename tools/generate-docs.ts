/**
 * Writes the pages of docs/ that come from code: configuration reference, JSON Schemas, alerts, events, replies of Microsoft 365.
 * With `--check` it writes nothing and exits 1 when a page is not what the code says.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openApi } from '../contract/openapi.ts';
import { renderReplyCatalogue } from '../microsoft365/replies/reference.ts';
import { renderAlertReference } from '../src/alerts/reference.ts';
import { renderJsonSchemas } from '../src/config/json-schema.ts';
import { renderCommandReference } from '../src/cli/reference.ts';
import { renderConfigurationReference } from '../src/config/reference.ts';
import { renderDoctorReference } from '../src/diagnostics/doctor/reference.ts';
import { packageVersion } from '../src/main/version.ts';
import { renderMetricsReference } from '../src/observe/metrics/reference.ts';
import { renderEventReference } from '../src/observe/reference.ts';

interface Page {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

function pages(): readonly Page[] {
  return [
    { path: 'docs/configuration.md', text: renderConfigurationReference() },
    { path: 'docs/cli.md', text: renderCommandReference() },
    { path: 'docs/alerts.md', text: renderAlertReference() },
    { path: 'docs/doctor.md', text: renderDoctorReference() },
    { path: 'docs/events.md', text: renderEventReference() },
    { path: 'docs/metrics.md', text: renderMetricsReference() },
    { path: 'docs/microsoft365-replies.md', text: renderReplyCatalogue() },
    {
      path: 'docs/schema/openapi.json',
      text: `${JSON.stringify(openApi(packageVersion()), undefined, 2)}\n`,
    },
    ...renderJsonSchemas().map(({ name, text }) => ({ path: `docs/schema/${name}`, text })),
  ];
}

/** Pages whose file is missing or differs. */
export function outOfStep(root: string, wanted: readonly Page[] = pages()): readonly string[] {
  return wanted.filter(({ path, text }) => readOr(join(root, path)) !== text).map(({ path }) => path);
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  const wanted = pages();
  const stale = outOfStep(root, wanted);
  if (process.argv.includes('--check')) {
    for (const path of stale)
      process.stderr.write(`${path} is not what the code says: npm run docs writes it\n`);
    process.stdout.write(`${wanted.length} generated pages checked, ${stale.length} out of step\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const { path, text } of wanted) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    process.stdout.write(`${wanted.length} pages written\n`);
  }
}
