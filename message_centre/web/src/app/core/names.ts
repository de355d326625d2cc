import { Injectable, inject, signal } from '@angular/core';

import { Api } from './api/api';
import { Problem } from './api/problem';

/** Where what is meant by the first part of a path is asked for its name. */
const SOURCES = {
  plans: '/plans/{id}',
  campaigns: '/platform/campaigns/{id}',
  templates: '/platform/templates/{id}',
  'recipient-files': '/platform/recipient-files/{id}',
  webhooks: '/platform/webhooks/{id}',
  'api-keys': '/platform/api-keys/{id}',
} as const;
export type Named = keyof typeof SOURCES;
/** Requests at the same time. */
const AT_ONCE = 4;

/** A path of either API by what it is about, such as campaigns and `cmp_1` for `/campaigns/cmp_1/pause`. */
export function subjectOf(path: string): { kind: Named; id: string } | null {
  const [, kind = '', id = ''] = path.replace(/^\/v1(?=\/)/, '').split('/');
  return kind in SOURCES && id ? { kind: kind as Named, id: decodeURIComponent(id) } : null;
}

/** Names of campaigns and other things of which a page only has the id. Each is asked for once. */
@Injectable({ providedIn: 'root' })
export class Names {
  private readonly api = inject(Api);
  private readonly known = signal<Readonly<Partial<Record<string, string | null>>>>({});
  private readonly asked = new Set<string>();

  /** What it is called; null when it is no more, undefined as long as that is not known. */
  of(kind: Named, id: string): string | null | undefined {
    return this.known()[`${kind}/${id}`];
  }

  /** Finds the names of these; a name is a help only, so that what cannot be had is left out. */
  async find(subjects: readonly { kind: Named; id: string }[]): Promise<void> {
    const queue = subjects.filter(({ kind, id }) => {
      const fresh = !this.asked.has(`${kind}/${id}`);
      this.asked.add(`${kind}/${id}`);
      return fresh;
    });
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        await this.ask(next.kind, next.id);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  private async ask(kind: Named, id: string): Promise<void> {
    try {
      const { body } = await this.api.call<{ name: string }>('get', SOURCES[kind], { path: { id } });
      this.tell(kind, id, body.name);
    } catch (cause) {
      if (Problem.of(cause).status === 404) this.tell(kind, id, null);
    }
  }

  private tell(kind: Named, id: string, name: string | null): void {
    this.known.update((known) => ({ ...known, [`${kind}/${id}`]: name }));
  }
}
