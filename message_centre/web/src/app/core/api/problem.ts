import { HttpErrorResponse } from '@angular/common/http';

export interface FieldProblem {
  pointer: string;
  detail: string;
}

/** A gateway's own answers when what is behind it does not answer. */
const GATEWAY = [502, 503, 504];

/**
 * A refusal (RFC 9457), or that nobody knows how it ended: without a connection (`offline`), without an answer
 * (`no-answer`), without one to a request that may have changed something (`perhaps-done`).
 */
export class Problem extends Error {
  constructor(
    readonly type: string,
    readonly title: string,
    readonly status: number,
    readonly detail: string,
    readonly help: string | null = null,
    readonly errors: readonly FieldProblem[] = [],
    readonly requestId: string | null = null,
    readonly retryAfter: number | null = null,
  ) {
    super(detail || title);
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /**
   * @param changing whether the request may have changed something.
   */
  static of(cause: unknown, changing = false): Problem {
    if (cause instanceof Problem) {
      return cause;
    }
    if (!(cause instanceof HttpErrorResponse)) {
      return new Problem(
        'unexpected',
        'Something went wrong',
        -1,
        cause instanceof Error ? cause.message : String(cause),
      );
    }
    const body = record(cause.error);
    const requestId = cause.headers.get('X-Request-Id');
    if (cause.status === 0 || (GATEWAY.includes(cause.status) && !text(body['type']))) {
      const type = changing ? 'perhaps-done' : navigator.onLine ? 'no-answer' : 'offline';
      return new Problem(type, 'No answer', cause.status, '', null, [], requestId);
    }
    const seconds = Number(cause.headers.get('Retry-After') ?? Number.NaN);
    return new Problem(
      // The platform's types are addresses of pages, the last part of which is the name.
      text(body['type'])?.split('/').at(-1) ?? 'unexpected',
      text(body['title']) ?? '',
      cause.status,
      text(body['detail']) ?? '',
      text(body['help']),
      Array.isArray(body['errors']) ? (body['errors'] as FieldProblem[]) : [],
      requestId,
      Number.isFinite(seconds) ? seconds : null,
    );
  }
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value === 'string') {
    try {
      return record(JSON.parse(value));
    } catch {
      return {};
    }
  }
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value ? value : null;
}
