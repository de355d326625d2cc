/** A very small router for the stand-in of the wrapper API. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Call {
  path: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  ifMatch: string | null;
  /** The part `file` of a form, where the request is one. */
  upload: string;
}

export interface Answer {
  status?: number;
  body?: unknown;
  etag?: string;
  headers?: Record<string, string>;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;
interface Route {
  method: string;
  pattern: RegExp;
  names: string[];
  handler: Handler;
}

const routes: Route[] = [];

/** Answers `operation`, such as `GET /plans/{plan_id}` (without `/api/v1`), by `handler`. */
export function route(operation: string, handler: Handler): void {
  const [method = '', path = ''] = operation.split(' ');
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  routes.push({ method, pattern: new RegExp(`^/api/v1${path.replace(/\{\w+\}/g, '([^/]+)')}$`), names, handler });
}

/** A refusal as RFC 9457 has it. */
export function refusal(
  status: number,
  type: string,
  title: string,
  detail: string,
  help: string | null = null,
): Answer {
  return { status, body: { type: `https://example.com/problems/${type}`, title, status, detail, help } };
}

/** The part of `items` that `limit` and `cursor` ask for. */
export function page(items: readonly unknown[], query: URLSearchParams): Answer {
  const from = Number(query.get('cursor') ?? 0);
  const to = from + Number(query.get('limit') ?? 50);
  return { body: { items: items.slice(from, to), next: to < items.length ? String(to) : null } };
}

export async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  let found: Answer = refusal(404, 'not-found', 'Not found', `There is no ${request.method ?? ''} ${url.pathname}.`);
  for (const { method, pattern, names, handler } of routes) {
    const match = method === request.method ? pattern.exec(url.pathname) : null;
    if (match) {
      const path = Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]));
      const raw = await read(request);
      const ifMatch = request.headers['if-match'] ?? null;
      found = await handler({ path, query: url.searchParams, body: json(raw), ifMatch, upload: filePart(raw) });
      break;
    }
  }
  const type = (found.status ?? 200) >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(found.status ?? (found.body === undefined ? 204 : 200), {
    'Content-Type': type,
    'X-Request-Id': crypto.randomUUID(),
    ...(found.etag ? { ETag: found.etag } : {}),
    ...found.headers,
  });
  response.end(found.body === undefined ? undefined : JSON.stringify(found.body));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function json(raw: string): Record<string, unknown> {
  try {
    return JSON.parse(raw || '{}') as Record<string, unknown>;
  } catch {
    return {};
  }
}

function filePart(raw: string): string {
  return /name="file"[^\n]*\r\n(?:[^\r\n]+\r\n)*\r\n([\s\S]*?)\r\n--/.exec(raw)?.[1] ?? '';
}
