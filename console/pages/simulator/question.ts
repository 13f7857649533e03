/** A message to judge, as it stands in the address of the page. Pure. */
import type { Given } from '../../api/types.ts';
import type { Values } from '../../app/filters.ts';
import { flagFilter, numberFilter, oneOf, textFilter } from '../../app/filters.ts';

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

export function bodyOf(question: Question): Body {
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
    ...(from !== undefined && { from }),
    ...(bytes !== undefined && { bytes }),
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
