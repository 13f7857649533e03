/** `relay365 queue act`, `resend`, `cancel`: what is done to many messages, or to a part of one. */
import { CommandFailure, exitCodes } from './failure.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { confirm } from './confirm.ts';
import type { FilterOptions } from './message-filter.ts';
import { filterOf } from './message-filter.ts';
import { answer, countOf, write, writeJson } from './output.ts';

type Action = 'hold' | 'release' | 'retry' | 'reroute' | 'delete';

interface ActOptions extends ConfigOption, FilterOptions {
  readonly text?: string;
  readonly all?: true;
  readonly to?: string;
  readonly reason?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly withoutNotice?: true;
  readonly json?: true;
}

export async function act(action: Action, ids: readonly string[], options: ActOptions): Promise<void> {
  const filter = filterOf(options, options.text);
  const isFiltered = Object.keys(filter).length > 0;
  if (ids.length > 0 && isFiltered) {
    throw new CommandFailure(exitCodes.other, 'give either ids or filters, not both');
  }
  if (ids.length === 0 && !isFiltered && !options.all) {
    throw new CommandFailure(exitCodes.other, 'give ids, a filter, or --all for everything that waits');
  }
  const client = await connect(options);
  const body = {
    action,
    ...(ids.length > 0 ? { ids: [...ids] } : { filter }),
    notice: options.withoutNotice !== true,
    connector: options.to ?? null,
    ...(options.reason ? { reason: options.reason } : {}),
  };
  const isFinal = action === 'delete' && options.dryRun !== true;
  if (isFinal && options.yes !== true) {
    const trial = await client.call('bulk', { body: { ...body, dryRun: true } });
    const words = `give up ${countOf(trial.count, 'message')}, and tell ${countOf(trial.sendersTold, 'sender')}`;
    await confirm(options, { words, about: ids.length > 0 ? 'named' : 'fitting' });
  }
  const result = await client.call('bulk', { body: { ...body, dryRun: options.dryRun === true } });
  if (options.json) {
    writeJson(result);
    return;
  }
  const senders = action === 'delete' ? `; ${countOf(result.sendersTold, 'sender')} told` : '';
  write(
    `${action}: ${countOf(result.count, 'message')}${result.dryRun ? ' would be concerned' : ''}${senders}`,
  );
  for (const { id, reason } of result.refused) write(`  ${id}: ${reason}`);
  if (result.more) write('more messages fit than are dealt with at once: run it again');
}

export async function resend(
  id: string,
  options: ConfigOption & { readonly to?: string; readonly sender?: string; readonly json?: true },
): Promise<void> {
  const recipients = options.to?.split(',').map((address) => address.trim());
  const client = await connect(options);
  const sent = await client.call('resend', {
    params: { id },
    body: {
      ...(recipients ? { recipients } : {}),
      ...(options.sender === undefined ? {} : { sender: options.sender }),
    },
  });
  answer(options, sent, () => write(`${id} is sent again as ${sent.id}`));
}

export async function cancel(
  id: string,
  recipient: string,
  options: ConfigOption & { readonly withoutNotice?: true; readonly yes?: true; readonly json?: true },
): Promise<void> {
  const notice = options.withoutNotice !== true;
  const told = notice ? 'tell the sender' : 'tell nobody';
  await confirm(options, { words: `give up ${recipient} of ${id}, and ${told}`, about: 'named' });
  const client = await connect(options);
  const done = await client.call('cancelRecipient', { params: { id }, body: { recipient, notice } });
  answer(options, done, () =>
    write(`${recipient} is given up${notice ? '; the sender is told' : ' without a notice'}`),
  );
}
