/** `relay365 connector sign-in NAME --url URL`: the relay elsewhere asks for the code and keeps the sign-in. */
import { setTimeout } from 'node:timers/promises';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { formatTime, write, writeLines } from './output.ts';

/** The relay asks Microsoft Entra about every five seconds (RFC 8628 3.2); there is nothing to be heard sooner. */
const askAgainMs = 2000;

export async function remoteSignIn(name: string, options: ConfigOption): Promise<void> {
  const client = await connect(options);
  const params = { name };
  const begun = await client.call('beginConnectorSignIn', { params });
  writeLines(`Open ${begun.url ?? ''} in a browser and enter the code ${begun.code ?? ''}`);
  if (begun.expiresAt !== undefined) write(`It counts until ${formatTime(begun.expiresAt)}.`);
  for (;;) {
    const now = await client.call('connectorSignIn', { params });
    if (now.state === 'done') {
      writeLines(`${now.who ?? 'A person'} signed in; connector ${name} uses it from its next token on.`);
      return;
    }
    if (now.state !== 'waiting')
      throw new CommandFailure(exitCodes.other, `not signed in: ${now.text ?? 'nobody entered the code'}`);
    await setTimeout(askAgainMs);
  }
}
