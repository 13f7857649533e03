import { makeStyles, Spinner } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({ place: { padding: '80px 0' } });

export function PagePending(): ReactNode {
  return <Spinner className={useStyles().place} label="Loading" delay={300} />;
}
