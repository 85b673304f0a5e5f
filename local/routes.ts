/** A path template of API Gateway: literal segments, `{name}`, and `{name+}` for all that is left. */
export interface RouteKey {
  /** In capitals, or `ANY`. */
  readonly method: string;
  readonly path: string;
}

export interface Found<R extends RouteKey> {
  readonly route: R;
  /** As in the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

interface Template {
  readonly expression: RegExp;
  readonly names: readonly string[];
  /** Sorts the most specific first: literal before parameter before rest, segment by segment; then `ANY` last. */
  readonly rank: string;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const segmentOf = (text: string) => {
  const [, name, plus] = /^\{([^{}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { names: [], source: escaped(text), rank: '0' };
  return plus === '+'
    ? { names: [name], source: '(.+)', rank: '2' }
    : { names: [name], source: '([^/]+)', rank: '1' };
};

const compileTemplate = ({ method, path }: RouteKey): Template => {
  const segments = path.split('/').map(segmentOf);
  return {
    expression: new RegExp(`^${segments.map((segment) => segment.source).join('/')}$`),
    names: segments.flatMap((segment) => segment.names),
    rank: segments.map((segment) => segment.rank).join('') + (method === 'ANY' ? '1' : '0'),
  };
};

/**
 * Compiles routes to a look-up by method and raw path. The look-up throws URIError where an encoded parameter
 * cannot be decoded.
 */
export const compileRoutes = <R extends RouteKey>(routes: readonly R[]) => {
  const compiled = routes
    .map((route) => ({ route, ...compileTemplate(route) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return (method: string, path: string): Found<R> | undefined => {
    for (const { route, expression, names } of compiled) {
      const values = expression.exec(path)?.slice(1);
      if (values === undefined || (route.method !== 'ANY' && route.method !== method)) continue;
      const pairs = names.map((name, at) => [name, decodeURIComponent(values[at] ?? '')]);
      return { route, parameters: Object.fromEntries(pairs) };
    }
    return undefined;
  };
};
