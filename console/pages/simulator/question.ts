/** A message to judge, as it stands in the address of the page. Pure. */
import type { Given } from '../../api/types.ts';
import type { Values } from '../../app/filters.ts';
import { flagFilter, numberFilter, oneOf, textFilter } from '../../app/filters.ts';
import type { ContentParts } from './content.ts';

export const questionFilters = {
  address: textFilter,
  listener: textFilter,
  tls: flagFilter,
  helo: textFilter,
  login: textFilter,
  fingerprint: textFilter,
  commonName: textFilter,
  sender: textFilter,
  recipients: textFilter,
  from: textFilter,
  spf: oneOf('none', 'neutral', 'pass', 'fail', 'softfail', 'temperror', 'permerror'),
  bytes: numberFilter,
  /** Reference of a message whose facts fill the fields. */
  message: textFilter,
  /** Asked: the answer is shown. */
  ask: oneOf('now'),
};

export type Question = Values<typeof questionFilters>;
type Body = Given<'simulate'>['body'];

export const recipientsOf = (text: string): readonly string[] =>
  text.split(/[\s,;]+/).filter((one) => one !== '');

const sizeUnits: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1_000,
  mb: 1_000_000,
  kib: 1_024,
  mib: 1_048_576,
};

/** `9 MB`, `36 MiB` or octets, as the configuration writes sizes; `undefined` where it is none of them. */
export function bytesIn(text: string): number | undefined {
  const [, amount, unit] = /^\s*(\d{1,12}(?:\.\d{1,3})?)\s*([a-z]{0,3})\s*$/i.exec(text) ?? [];
  const factor = unit === '' ? 1 : sizeUnits[unit?.toLowerCase() ?? ''];
  return amount === undefined || factor === undefined ? undefined : Math.round(Number(amount) * factor);
}

/** A size that `bytesIn` reads as the same number. */
export function sizeText(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  for (const [unit, factor] of [
    ['MB', 1_000_000],
    ['MiB', 1_048_576],
  ] as const) {
    if (bytes > 0 && bytes % factor === 0) return `${bytes / factor} ${unit}`;
  }
  return String(bytes);
}

/** It says more than who sends what to whom. */
export const isUnusual = (question: Question): boolean => {
  const { from, listener, helo, tls, spf, login, commonName, fingerprint } = question;
  return [from, listener, helo, tls, spf, login, commonName, fingerprint].some(
    (value) => value !== undefined,
  );
};

/** `given`: the message, which goes before what the fields say of it. */
export function bodyOf(question: Question, given?: ContentParts): Body {
  const {
    address = '',
    listener,
    tls,
    helo,
    login,
    fingerprint,
    commonName,
    sender = '',
    from,
    spf,
    bytes,
  } = question;
  return {
    address,
    sender,
    recipients: [...recipientsOf(question.recipients ?? '')],
    tls: tls === true,
    ...(listener !== undefined && { listener }),
    ...(helo !== undefined && { helo }),
    ...(login !== undefined && { login }),
    ...(from !== undefined && !given && { from }),
    ...(spf !== undefined && { spf }),
    ...(bytes !== undefined && !given && { bytes }),
    ...given,
    ...((fingerprint ?? commonName) !== undefined && {
      certificate: {
        // One that is named here is one that was checked: a certificate that nobody vouches for identifies by its fingerprint.
        trusted: commonName !== undefined,
        ...(fingerprint !== undefined && { fingerprint }),
        ...(commonName !== undefined && { commonName, dnsNames: [commonName] }),
      },
    }),
  };
}
