/** `relay365 cut-over start|stop|status`. */
import type { CutOverView } from '../../contract/schemas.ts';
import { formatInstant } from '../platform/clock.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { endOf } from './end-of.ts';
import { countOf, formatTime, write, writeJson } from './output.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function start(
  options: Options & { readonly network: readonly string[]; readonly until: string; readonly note?: string },
): Promise<void> {
  const { network, note } = options;
  const until = formatInstant(endOf(options.until));
  const body = { networks: [...network], until, ...(note !== undefined && { note }) };
  tell(await (await connect(options)).call('startCutOver', { body }), options);
}

export async function stop(options: Options): Promise<void> {
  tell(await (await connect(options)).call('stopCutOver'), options);
}

export async function status(options: Options): Promise<void> {
  tell(await (await connect(options)).call('cutOver'), options);
}

function tell(mode: CutOverView, options: Options): void {
  if (options.json) writeJson(mode);
  else if (!mode.active || mode.until === undefined)
    write('cut-over mode is off: unknown senders are refused');
  else {
    const by = mode.by === undefined ? '' : ` (switched on by ${mode.by})`;
    write(
      `cut-over mode is on until ${formatTime(mode.until)}${by}: unknown senders of ${mode.networks.join(', ')} are told to come back`,
    );
    write(`told so: ${countOf(mode.senders ?? 0, 'sender')}, ${countOf(mode.deferred ?? 0, 'recipient')}`);
  }
}
