import { HttpClient, HttpParams } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom, takeUntil, Observable } from 'rxjs';

import type { paths } from './platform.generated';
import { Problem } from './problem';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P] ? NonNullable<paths[P][M]> : never;
/** The paths that have an operation with this method. */
export type PathWith<M extends Method> = {
  [P in keyof paths]: [Operation<P, M>] extends [never] ? never : P;
}[keyof paths];

type Success = 200 | 201 | 202 | 204;
type Answers<R> = {
  [S in keyof R & Success]: R[S] extends { content: { 'application/json': infer B } } ? B : undefined;
};
/** The body of the answer of an operation of the platform. */
export type Answer<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? Answers<R>[keyof Answers<R>] : never;
/** The body of a request of an operation of the platform. */
export type Body<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { requestBody?: infer R }
    ? NonNullable<R> extends { content: { 'application/json': infer B } }
      ? B
      : undefined
    : undefined;
type Query<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { parameters: { query?: infer Q } } ? Exclude<Q, undefined> : never;
type Names<T extends string> = T extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never;

type Values = Record<string, string | number | boolean | null | undefined | readonly (string | number)[]>;

export interface CallOptions {
  path?: Record<string, string | number>;
  query?: object;
  body?: unknown;
  /** The revision that the change builds upon, as the answer's `etag` had it. */
  ifMatch?: string | null;
  /** One value for one intention: a request that is repeated with it makes nothing twice. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

type PlatformOptions<P extends keyof paths, M extends Method> = Omit<CallOptions, 'path' | 'query' | 'body'> &
  ([Names<P & string>] extends [never]
    ? { path?: undefined }
    : { path: Record<Names<P & string>, string | number> }) & {
    query?: Query<P, M>;
    body?: Body<P, M>;
  };

export interface Reply<T> {
  body: T;
  etag: string | null;
  requestId: string | null;
}

/** Calls of the Message Centre and, through it, of the Email Platform. Each throws a `Problem`. */
@Injectable({ providedIn: 'root' })
export class Api {
  private readonly http = inject(HttpClient);

  /** An operation of the platform, such as `platform('get', '/v1/campaigns/{campaign_id}', {path: {campaign_id}})`. */
  platform<M extends Method, P extends PathWith<M>>(
    method: M,
    path: P,
    ...options: [Names<P & string>] extends [never] ? [PlatformOptions<P, M>?] : [PlatformOptions<P, M>]
  ): Promise<Reply<Answer<P, M>>> {
    const rest = (path as string).replace(/^\/v1/, '');
    return this.call<Answer<P, M>>(method, `/platform${rest}`, (options[0] ?? {}) as CallOptions);
  }

  /** An operation of the Message Centre itself, such as `call<Plan>('get', '/plans/{plan_id}', {path: {plan_id}})`. */
  async call<T>(method: Method, path: string, options: CallOptions = {}): Promise<Reply<T>> {
    const url = `/api/v1${fill(path, options.path ?? {})}`;
    const headers: Record<string, string> = {};
    if (options.ifMatch) {
      headers['If-Match'] = options.ifMatch;
    }
    if (options.idempotencyKey) {
      headers['Idempotency-Key'] = options.idempotencyKey;
    }
    const body = method === 'get' || method === 'delete' ? undefined : (options.body ?? {});
    const params = parameters((options.query ?? {}) as Values);
    try {
      let request = this.http.request<T>(method, url, { body, headers, params, observe: 'response' });
      if (options.signal) {
        request = request.pipe(takeUntil(aborted(options.signal)));
      }
      const answer = await firstValueFrom(request);
      return {
        body: answer.body as T,
        etag: answer.headers.get('ETag'),
        requestId: answer.headers.get('X-Request-Id'),
      };
    } catch (cause) {
      throw Problem.of(cause, method !== 'get');
    }
  }
}

function fill(path: string, values: Record<string, string | number>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
}

function parameters(values: Values): HttpParams {
  let params = new HttpParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === '') {
      continue;
    }
    params = params.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  return params;
}

function aborted(signal: AbortSignal): Observable<void> {
  return new Observable((subscriber) => {
    const stop = () => {
      subscriber.error(new Problem('given-up', 'Given up', -1, ''));
    };
    if (signal.aborted) {
      stop();
    }
    signal.addEventListener('abort', stop, { once: true });
    return () => {
      signal.removeEventListener('abort', stop);
    };
  });
}
