/** AUTH: the credentials go to the guard and nowhere else. */
import type { AnsweredEvent } from '../protocol/smtp/server/events.ts';
import { refuse } from './refusal.ts';
import type { SessionCore } from './session-core.ts';
import type { Refusal } from '../policy/verdict.ts';

type AuthEvent = Extract<AnsweredEvent, { kind: 'auth' }>;

export async function handleAuth(core: SessionCore, event: AuthEvent): Promise<void> {
  const { options, client } = core;
  const { username, password } = event;
  const listener = options.config.name;
  const result = await verify(core, { username, password, address: client.address, listener });
  const ref = options.newId(core.now());
  const common = { ref, address: client.address, listener, username: result.username };
  if (result.kind === 'accepted') {
    core.login = { username: result.username, source: result.source.name };
    const tls = client.tls && { tls: client.tls.version };
    options.events.emit({ kind: 'login', ...common, source: result.source.name, ...tls });
    core.engine.reply({ code: 235, enhanced: '2.7.0', text: 'Authentication successful' });
    return;
  }
  const { rule, explanation } = result.refusal;
  options.events.emit({ kind: 'login-failed', ...common, rule, explanation });
  refuse(core, result.refusal, { stage: 'auth', ref, reported: true });
}

async function verify(
  core: SessionCore,
  request: { username: string; password: string; address: string; listener: string },
): Promise<
  | { kind: 'accepted'; username: string; source: { readonly name: string } }
  | { kind: 'refused'; username: string; refusal: Refusal }
> {
  try {
    const result = await core.options.logins.verify(core.policy, request);
    return { username: request.username, ...result };
  } catch (error) {
    // A check that could not be made is never a success (CVE-2022-24732 was such a wrong branch).
    const text = error instanceof Error ? error.message : String(error);
    core.options.events.emit({ kind: 'fault', where: 'login check', text });
    return { kind: 'refused', username: request.username, refusal: notNow };
  }
}

const notNow: Refusal = {
  kind: 'defer',
  code: 454,
  enhanced: '4.7.0',
  text: 'Temporary authentication failure',
  rule: 'login-unavailable',
  explanation: 'the login could not be checked; the fault event of the same moment says why',
};
