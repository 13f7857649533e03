/** With whom `relay365 test conversation` speaks. */
import { CommandFailure, exitCodes } from './failure.ts';
import { newPassword } from './new-password.ts';
import type { CertificateOptions } from './shown-certificate.ts';
import { shownCertificate } from './shown-certificate.ts';

export interface TargetOptions extends CertificateOptions {
  readonly as?: string;
  readonly listener?: string;
  readonly login?: string;
  readonly passwordStdin?: true;
  readonly connector?: string;
  readonly host?: string;
  readonly tls?: string;
}

const smtpPort = 25;

/** In the form of the API. An option that the target has no use for is a fault, not silence. */
export async function targetOf(options: TargetOptions): Promise<object> {
  const { as, connector, host } = options;
  const named = [as, connector, host].filter((one) => one !== undefined);
  if (named.length !== 1) {
    throw fault(
      'say with whom: --as ADDRESS (this relay, as that client), --connector NAME, or --host HOST:PORT',
    );
  }
  if (options.passwordStdin && options.login === undefined) throw fault('--password-stdin goes with --login');
  if (connector !== undefined) {
    refuse(options, ['login', 'tls', 'listener', 'certificate', 'certificateTrusted'], '--connector');
    return { kind: 'connector', name: connector };
  }
  if (as !== undefined) return ourselves(as, options);
  refuse(options, ['listener', 'certificate', 'certificateTrusted'], '--host');
  return anyHost(host!, options);
}

async function ourselves(address: string, options: TargetOptions): Promise<object> {
  const { listener, login, tls } = options;
  if (tls === 'required' || tls === 'implicit') throw fault('--as takes --tls off or --tls starttls');
  const certificate = await shownCertificate(options);
  if (certificate && tls === 'off')
    throw fault('a certificate is shown in a TLS handshake: leave --tls off out');
  return {
    kind: 'listener',
    address,
    tls: tls !== 'off',
    ...(listener !== undefined && { listener }),
    ...(certificate && { certificate }),
    ...(login !== undefined && {
      login: { username: login, ...(options.passwordStdin && { password: await newPassword(true) }) },
    }),
  };
}

async function anyHost(host: string, { tls, login, passwordStdin }: TargetOptions): Promise<object> {
  const [, name = host, port] = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(host) ?? [];
  if (login !== undefined && !passwordStdin) {
    throw fault('--login with --host signs in for real: give the password with --password-stdin');
  }
  return {
    kind: 'host',
    host: name,
    port: port === undefined ? smtpPort : Number(port),
    ...(tls !== undefined && { tls }),
    ...(login !== undefined && { login: { username: login, password: await newPassword(true) } }),
  };
}

function refuse(options: TargetOptions, names: readonly (keyof TargetOptions)[], target: string): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const flag = given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw fault(`--${flag} does not go with ${target}`);
}

function fault(words: string): CommandFailure {
  return new CommandFailure(exitCodes.other, words);
}
