/** `relay365 exit-plan`: what closing old TLS and plaintext would do to each source. */
import type { ExitPlanView } from '../../contract/schemas.ts';
import { tlsName } from '../platform/words.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { formatTime, write, writeJson, writeTable } from './output.ts';

interface Options extends ConfigOption {
  readonly json?: true;
  /** One step alone, by its id. */
  readonly step?: string;
  /** Sources of one suite alone, by its name; `weak`: of any with a weakness. */
  readonly cipher?: string;
  /** When it is to be done; it is only repeated. */
  readonly on?: string;
}

export async function exitPlan(options: Options): Promise<void> {
  const { cipher } = options;
  const plan = await (
    await connect(options)
  ).call('exitPlan', { query: cipher === undefined ? {} : { cipher } });
  const steps = plan.steps.filter(({ id }) => options.step === undefined || id === options.step);
  if (steps.length === 0) {
    throw new CommandFailure(
      exitCodes.other,
      `there is no step ${options.step ?? ''}; there are ${plan.steps.map(({ id }) => id).join(', ')}`,
    );
  }
  if (options.json) {
    writeJson({ ...plan, steps });
    return;
  }
  writeTable(
    plan.sources,
    [
      { title: 'SOURCE', value: ({ source }) => source, widthMax: 40 },
      {
        title: 'TLS',
        value: ({ tls }) => [...new Set(tls.map(({ version }) => tlsName(version)))].join(', '),
      },
      { title: 'WITHOUT TLS', value: ({ plainSessions }) => String(plainSessions) },
      { title: 'CLEAR LOGINS', value: ({ clearLogins }) => String(clearLogins) },
      { title: 'TREND', value: ({ trend }) => trend },
      { title: 'OLD TLS', value: ({ oldTls }) => oldTls },
      { title: 'LAST', value: ({ lastAt }) => formatTime(lastAt) },
    ],
    cipher === undefined ? 'no session of any source was seen yet' : `no source agreed on ${cipher}`,
  );
  writeCiphers(plan.ciphers, cipher);
  // Who speaks a suite was asked, and not what a step would do.
  if (cipher !== undefined && options.step === undefined) return;
  const when = options.on === undefined ? '' : ` on ${options.on}`;
  for (const { id, title, setting, affected, sources } of steps) {
    const noun = affected === 1 ? 'source is' : 'sources are';
    write(`\n${title}${when}: ${affected} ${noun} affected  (${id}; ${setting})`);
    for (const { source, fate, text, owner } of sources) {
      if (fate === 'unaffected') continue;
      write(`  ${fate.padEnd(8)}  ${source}${owner === undefined ? '' : ` (${owner})`}: ${text}`);
    }
  }
  if (plan.unseen.length > 0) write(`\nNever seen, so nothing is known: ${plan.unseen.join(', ')}`);
}

function writeCiphers(ciphers: ExitPlanView['ciphers'], cipher: string | undefined): void {
  const shown = ciphers.filter(
    (one) => cipher === undefined || (cipher === 'weak' ? one.weakness !== undefined : one.cipher === cipher),
  );
  if (shown.length === 0) return;
  write('');
  writeTable(
    shown,
    [
      { title: 'CIPHER SUITE', value: ({ cipher: name }) => name },
      { title: 'TLS', value: ({ versions }) => versions.map(tlsName).join(', ') },
      { title: 'SESSIONS', value: ({ sessions }) => String(sessions) },
      { title: 'LAST', value: ({ lastAt }) => formatTime(lastAt) },
      { title: 'SOURCES', value: ({ sources }) => sources.join(', '), widthMax: 60 },
      { title: 'WEAKNESS', value: ({ weakness = '' }) => weakness, widthMax: 100 },
    ],
    '',
  );
}
