import { HttpErrorResponse } from '@angular/common/http';

export interface FieldProblem {
  pointer: string;
  detail: string;
}

/** A refusal (RFC 9457), or that there was no answer at all (`no-answer`). */
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

  static of(cause: unknown): Problem {
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
    if (cause.status === 0) {
      return new Problem('no-answer', 'No answer', 0, '');
    }
    const body = record(cause.error);
    const seconds = Number(cause.headers.get('Retry-After') ?? Number.NaN);
    return new Problem(
      // The platform's types are addresses of pages, the last part of which is the name.
      text(body['type'])?.split('/').at(-1) ?? 'unexpected',
      text(body['title']) ?? `HTTP ${cause.status}`,
      cause.status,
      text(body['detail']) ?? '',
      text(body['help']),
      Array.isArray(body['errors']) ? (body['errors'] as FieldProblem[]) : [],
      cause.headers.get('X-Request-Id'),
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
