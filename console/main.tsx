import { createDOMRenderer, FluentProvider, RendererProvider } from '@fluentui/react-components';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { call } from './api/client.ts';
import { makeQueryClient } from './app/query-client.ts';
import { router } from './app/router.tsx';
import { useTheme } from './app/theme.ts';
import './app/base.css';
import { Announcer } from './parts/announce.tsx';

// The server writes a nonce into the page; the style elements of Fluent carry it, so that no other style runs.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
const renderer = createDOMRenderer(document, { styleElementAttributes: { nonce } });
const client = makeQueryClient();
// Every page waits for this answer: it is asked for while the page itself is still on its way.
void client.prefetchQuery({
  queryKey: ['session', {}],
  queryFn: ({ signal }) => call('session', {}, { signal }),
});

function Themed({ children }: { readonly children: ReactNode }): ReactNode {
  const { theme, isDark } = useTheme();
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  return <FluentProvider theme={theme}>{children}</FluentProvider>;
}

const place = document.querySelector('#root');
if (!place) throw new Error('index.html has no #root');
createRoot(place).render(
  <StrictMode>
    <RendererProvider renderer={renderer} targetDocument={document}>
      <Themed>
        <QueryClientProvider client={client}>
          <Announcer>
            <RouterProvider router={router} />
          </Announcer>
        </QueryClientProvider>
      </Themed>
    </RendererProvider>
  </StrictMode>,
);
