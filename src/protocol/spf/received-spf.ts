/** The value of the Received-SPF field (RFC 7208 9.1). Pure; whoever writes the field guards its characters. */
import type { SpfQuestion, SpfVerdict } from './spf.ts';

/** Characters of one value; the rest is cut. */
const valueMax = 250;

// RFC 5322 3.2.3 dot-atom, which needs no quotes; an IPv6 address does.
const dotAtom = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;

export function receivedSpf(verdict: SpfVerdict, { address, helo, sender, receiver }: SpfQuestion): string {
  const { result, mechanism, problem, domain } = verdict;
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['receiver', receiver],
    ['client-ip', address],
    ['envelope-from', sender],
    ['helo', helo],
    ['identity', sender === '' ? 'helo' : 'mailfrom'],
    ['mechanism', mechanism],
    ['problem', problem],
  ];
  const written = pairs.filter(([, value]) => value !== undefined && value !== '');
  const why = `${receiver}: domain of ${sender === '' ? domain : sender} comes to ${result} for ${address}`;
  return `${result} (${comment(why)}) ${written.map(([key, value]) => `${key}=${quoted(value ?? '')}`).join('; ')};`;
}

function comment(text: string): string {
  return printable(text).replaceAll(/[()\\]/g, '');
}

function quoted(given: string): string {
  const value = printable(given);
  return dotAtom.test(value) ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

function printable(text: string): string {
  return text.slice(0, valueMax).replaceAll(/[^\x20-\x7e]/g, '?');
}
