/**
 * Which relay a command asks: the one of a configuration file on this machine, or one by its URL.
 *
 * The token of a URL comes from a file or from RELAY365_TOKEN, never from the command line, where every user of the machine
 * can read it. It is sent over HTTPS, or to this machine itself, and nowhere else.
 */
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { certificateFileName, tokenFileName, urlFileName } from '../admin/files.ts';
import type { ConsoleConfig } from '../config/console-schema.ts';
import { CommandFailure, exitCodes } from './failure.ts';

/** The options by which every command that asks a relay is told which one. */
export interface ConfigOption {
  readonly config: string;
  /** Goes before `config`. */
  readonly url?: string;
  readonly tokenFile?: string;
  /** PEM of the authority that signed the certificate of `url`, or that certificate itself. */
  readonly ca?: string;
}

export interface Place {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
  /** Where the token was found, in words. */
  readonly tokenFrom: string;
  /** What to do where nothing answers, in words. */
  readonly whenSilent: string;
  readonly trust: Trust;
}

/** `only`: this one certificate, whoever signed it and for what name. `also`: this authority instead of the system's. */
export type Trust =
  | { readonly kind: 'system' }
  | { readonly kind: 'only' | 'authority'; readonly certificate: string };

/** Fails with exit code 1, 2 or 3 and words. */
export function placeOf(option: ConfigOption): Promise<Place> {
  return option.url === undefined ? localPlace(option) : remotePlace(option, option.url);
}

async function localPlace({ config }: ConfigOption): Promise<Place> {
  const { readConfig } = await import('./read-config.ts');
  const { node, data } = await readConfig(config);
  if (node.console === false) {
    throw new CommandFailure(
      exitCodes.notReachable,
      `${config} has "console: false", so its relay has no admin API to ask`,
    );
  }
  const token = await readOr(join(data, tokenFileName));
  if (token === undefined) {
    throw new CommandFailure(
      exitCodes.notReachable,
      `there is no ${tokenFileName} in ${data}: the relay of ${config} was never started there, or the file may not be read`,
    );
  }
  // A relay whose configured port is 0 tells its real one in this file.
  const url = (await readOr(join(data, urlFileName))) ?? urlOf(node.console);
  const certificate = url.startsWith('https:') ? await readOr(join(data, certificateFileName)) : undefined;
  return {
    url,
    token,
    tokenFrom: 'this data directory: another relay may use that port',
    whenSilent: `is it running? "relay365 start --config ${config}" starts it`,
    trust: certificate === undefined ? { kind: 'system' } : { kind: 'only', certificate },
  };
}

async function remotePlace({ tokenFile, ca }: ConfigOption, given: string): Promise<Place> {
  const inEnvironment = process.env['RELAY365_TOKEN']?.trim();
  const token = tokenFile === undefined ? inEnvironment : await readGiven(tokenFile, '--token-file');
  return {
    url: remoteUrl(given),
    token: token === '' ? undefined : token,
    tokenFrom: tokenFile ?? 'RELAY365_TOKEN',
    whenSilent: 'is this the address of its console?',
    trust:
      ca === undefined ? { kind: 'system' } : { kind: 'authority', certificate: await readGiven(ca, '--ca') },
  };
}

/** Throws where the token would cross a network in clear. */
function remoteUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new CommandFailure(
      exitCodes.other,
      `--url: "${given}" is no address of a console such as https://relay.contoso.com:8365`,
    );
  }
  if (url.protocol === 'http:' && !isThisMachine(url.hostname)) {
    throw new CommandFailure(
      exitCodes.other,
      `--url: ${url.origin} would carry the token in clear: use https, or a tunnel such as ssh -L 8365:127.0.0.1:8365`,
    );
  }
  return url.origin;
}

/** RFC 6761 6.3: localhost is this machine, whatever DNS says. */
function isThisMachine(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}

function urlOf({ address, port, tls }: ConsoleConfig): string {
  const reachable = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  const scheme = tls === false ? 'http' : 'https';
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

async function readGiven(file: string, option: string): Promise<string> {
  return (
    await readFile(file, 'utf8').catch((error: Error) => {
      throw new CommandFailure(exitCodes.other, `${option}: ${file} cannot be read: ${error.message}`, {
        cause: error,
      });
    })
  ).trim();
}

async function readOr(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return undefined;
  }
}
