declare module 'virtual:routes' {
  /** What the client needs of a route at run time; its types come from the contract. */
  export const routes: Readonly<
    Record<
      import('../contract/routes.ts').RouteName,
      {
        readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
        readonly path: string;
        readonly creates?: true;
        readonly versioned?: true;
        /** Answers a text instead of JSON. */
        readonly text?: true;
      }
    >
  >;
}

declare module '*.css';

interface ImportMeta {
  /** Of Vite: a function that loads each module that fits the pattern, by its path. */
  glob<T>(pattern: string): Readonly<Record<string, () => Promise<T>>>;
}
