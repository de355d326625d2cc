import { ChangeDetectionStrategy, Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { ScrollText } from 'lucide';

import { Answer, Api } from '@core/api/api';
import type { Activity, Page } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Names, subjectOf } from '@core/names';
import { Chip } from '@shared/chip';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column } from '@shared/data-table/data-table';
import { Listing } from '@shared/listing';
import { ACTIONS, startOf } from './audit-filters';
import { Subject } from './subject';

type Entry = Answer<'/v1/audit', 'get'>['items'][number];
type Key = Answer<'/v1/api-keys', 'get'>['items'][number];
/** So many pages of 200 entries are looked through for the person behind a request. */
const PEOPLE_PAGES = 3;

/** What all programs did with the platform, the Message Centre among them, the latest first. */
@Component({
  selector: 'mc-audit-log',
  imports: [Cell, Chip, Listing, MatFormFieldModule, MatInput, MatSelectModule, Subject],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './audit-log.html',
  styleUrl: '../lists.scss',
  styles: `
    :host {
      display: grid;
      gap: 24px;
      grid-template-columns: minmax(0, 1fr);
    }
  `,
})
export class AuditLog {
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly api = inject(Api);
  private readonly names = inject(Names);

  protected readonly icon = ScrollText;
  protected readonly actions = ACTIONS;
  protected readonly keys = signal<readonly Key[]>([]);
  protected readonly actor = signal('');
  protected readonly action = signal('');
  /** Dates of the person's calendar, both included; empty: as far as there are entries. */
  protected readonly since = signal('');
  protected readonly until = signal('');
  protected readonly filtered = computed(() => [this.actor(), this.action(), this.since(), this.until()].some(Boolean));
  protected readonly columns = computed<Column[]>(() => {
    const { t } = this.texts;
    return [
      { key: 'when', header: t('activity.when'), width: 'minmax(0, 1fr)' },
      { key: 'who', header: t('activity.person'), width: 'minmax(0, 1fr)' },
      { key: 'action', header: t('activity.action'), width: 'minmax(0, 1.4fr)' },
      { key: 'target', header: t('activity.target'), width: 'minmax(0, 1.4fr)', wideOnly: true },
    ];
  });
  protected readonly identify = (entry: Entry): string => entry.entry_id;
  protected readonly entries = new CursorList<Entry>(async (cursor, abort) => {
    const until = this.until();
    const query = {
      limit: 50,
      ...(cursor ? { cursor } : {}),
      ...(this.actor() ? { actor: this.actor() } : {}),
      ...(this.action() ? { action: this.action() } : {}),
      ...(this.since() ? { since: startOf(this.since(), 0) } : {}),
      ...(until ? { until: startOf(until, 1) } : {}),
    };
    const { body } = await this.api.platform('get', '/v1/audit', { query, signal: abort });
    void this.names.find(body.items.map(({ resource }) => subjectOf(resource)).filter((subject) => subject !== null));
    void this.findPeople(body.items);
    return body;
  });

  /** By request, who made it in the Message Centre. */
  private readonly people = signal<Readonly<Partial<Record<string, string>>>>({});
  private cursor: string | null | undefined;
  private known = '';

  constructor() {
    effect(() => {
      this.actor();
      this.action();
      this.since();
      this.until();
      untracked(() => void this.entries.restart());
    });
    void this.loadKeys();
  }

  /** Who did it: a person of the Message Centre, if one did, else the program. */
  protected who(entry: Entry): { name: string; by: string | null } {
    const program = entry.actor === 'administrator' ? this.texts.t('activity.deployment') : entry.actor_name;
    const person = this.people()[entry.request_id];
    return person ? { name: person, by: program } : { name: program, by: null };
  }

  protected clear(): void {
    this.actor.set('');
    this.action.set('');
    this.since.set('');
    this.until.set('');
  }

  /** The filter by program is left out when the programs cannot be had. */
  private async loadKeys(): Promise<void> {
    try {
      this.keys.set((await this.api.platform('get', '/v1/api-keys', { query: { limit: 100 } })).body.items);
    } catch {
      this.keys.set([]);
    }
  }

  /** Looks into the Message Centre's own log as far back as `entries` go; without it entries show the program only. */
  private async findPeople(entries: readonly Entry[]): Promise<void> {
    const oldest = entries.at(-1)?.at ?? '';
    try {
      for (let page = 0; page < PEOPLE_PAGES && this.cursor !== null && (!this.known || oldest < this.known); page++) {
        const query = { cursor: this.cursor, limit: 200 };
        const { body } = await this.api.call<Page<Activity>>('get', '/activity', { query });
        this.cursor = body.next;
        this.known = body.items.at(-1)?.at ?? this.known;
        const found = Object.fromEntries(body.items.map(({ request_id, person }) => [request_id, person.name]));
        this.people.update((people) => ({ ...people, ...found }));
      }
    } catch {
      this.cursor = null;
    }
  }
}
