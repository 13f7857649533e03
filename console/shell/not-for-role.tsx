import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { roleNames, useSession } from '../app/session.ts';
import type { PageEntry } from '../pages/table.ts';
import { PageFrame } from '../parts/page-frame.tsx';

/** A link that somebody with another role passed on; nothing is asked of the server for it. */
export function NotForRole({ page }: { readonly page: PageEntry }): ReactNode {
  const own = useSession().data?.role;
  return (
    <PageFrame title={page.title}>
      <p>
        {`This page needs the role ${roleNames[page.role].toLowerCase()}`}
        {own !== undefined && `, and yours is ${roleNames[own].toLowerCase()}`}. An administrator can give you
        another role under Users and tokens. <Link to="/">Home</Link> shows what yours may see.
      </p>
    </PageFrame>
  );
}
