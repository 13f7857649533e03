import { Link } from '@fluentui/react-components';
import type { ReactNode } from 'react';

/** What a finding rests on: names of standards and pages, separated by semicolons; addresses are links. */
export function SourceLink({ source }: { readonly source: string }): ReactNode {
  return source.split('; ').map((part, index) => {
    const [, address, rest] = /^(https:\/\/\S+)(.*)$/.exec(part) ?? [];
    return (
      <span key={part}>
        {index > 0 && '; '}
        {address === undefined ? (
          part
        ) : (
          <Link inline href={address} target="_blank" rel="noreferrer" title={address}>
            {nameOf(address)}
          </Link>
        )}
        {rest}
      </span>
    );
  });
}

/** `learn.microsoft.com, email-authentication-spf-configure`: an address of a hundred characters is not read by anybody. */
function nameOf(address: string): string {
  const { hostname, pathname } = new URL(address);
  const last = pathname.split('/').findLast((part) => part !== '');
  return last === undefined ? hostname : `${hostname}, ${last}`;
}
